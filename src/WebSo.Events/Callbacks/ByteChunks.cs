namespace WebSo.Events;

// Bytes in chunks, which are used again. Unlike an array that grows, they are never copied: not when more come, nor when another takes them.
internal sealed class ByteChunks(Stack<byte[]> free)
{
    private const int ChunkSize = 16 * 1024;

    private readonly List<ArraySegment<byte>> _chunks = [];

    public int Length { get; private set; }

    public List<ArraySegment<byte>> Chunks => _chunks;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_chunks.Count == 0 || RoomIn(_chunks[_chunks.Count - 1]) == 0)
                _chunks.Add(new ArraySegment<byte>(free.Count > 0 ? free.Pop() : new byte[ChunkSize], 0, 0));

            var last = _chunks[_chunks.Count - 1];
            var count = Math.Min(bytes.Length, RoomIn(last));
            bytes.Slice(0, count).CopyTo(last.Array.AsSpan(last.Count));
            _chunks[_chunks.Count - 1] = new ArraySegment<byte>(last.Array!, 0, last.Count + count);
            Length += count;
            bytes = bytes.Slice(count);
        }
    }

    // Appends what the other has, which is empty then.
    public void Take(ByteChunks other)
    {
        // A single chunk may be nearly empty, and many of them would be nothing but room.
        if (other._chunks.Count == 1)
        {
            Write(other._chunks[0]);
        }
        else
        {
            _chunks.AddRange(other._chunks);
            Length += other.Length;
            other._chunks.Clear();
        }

        other.Clear();
    }

    public void Clear()
    {
        foreach (var chunk in _chunks)
            free.Push(chunk.Array!);
        _chunks.Clear();
        Length = 0;
    }

    private static int RoomIn(ArraySegment<byte> chunk) => chunk.Array!.Length - chunk.Count;
}
