namespace WebSo.Events.ESign.Documents;

// A buffer of reusable chunks. Unlike a growing array, it never copies its bytes, neither to grow nor to move them to another buffer.
internal sealed class ChunkedBuffer(Stack<byte[]> pool)
{
    private const int ChunkSize = 16 * 1024;

    private readonly List<ArraySegment<byte>> _chunks = [];

    public int Length { get; private set; }

    public List<ArraySegment<byte>> Chunks => _chunks;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_chunks.Count == 0 || FreeBytes(_chunks[_chunks.Count - 1]) == 0)
                _chunks.Add(new ArraySegment<byte>(pool.Count > 0 ? pool.Pop() : new byte[ChunkSize], 0, 0));

            var last = _chunks[_chunks.Count - 1];
            var count = Math.Min(bytes.Length, FreeBytes(last));
            bytes.Slice(0, count).CopyTo(last.Array.AsSpan(last.Count));
            _chunks[_chunks.Count - 1] = new ArraySegment<byte>(last.Array!, 0, last.Count + count);
            Length += count;
            bytes = bytes.Slice(count);
        }
    }

    // Appends the content of the other buffer, and leaves that one empty.
    public void MoveFrom(ChunkedBuffer other)
    {
        // A single chunk may be nearly empty. Moving many of those would waste memory.
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
            pool.Push(chunk.Array!);
        _chunks.Clear();
        Length = 0;
    }

    private static int FreeBytes(ArraySegment<byte> chunk) => chunk.Array!.Length - chunk.Count;
}
