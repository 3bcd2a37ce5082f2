using System.Text;

namespace WebSo.Events;

/// <summary>An XML with a text of any size, generated while it is read.</summary>
public sealed class HugeUpload(string before, long size, string after) : Stream
{
    private readonly byte[] _before = Encoding.UTF8.GetBytes(before);
    private readonly byte[] _after = Encoding.UTF8.GetBytes(after);

    /// <summary>
    /// Returns the total number of bytes that reading allocates. Counts only the current thread, because other tests allocate at the same time. All
    /// reads complete synchronously, so they stay on this thread.
    /// </summary>
    public static async Task<long> AllocatedAsync(Func<Task> read)
    {
        var thread = Environment.CurrentManagedThreadId;
        var before = GC.GetAllocatedBytesForCurrentThread();
        await read();
        if (Environment.CurrentManagedThreadId != thread)
            throw new InvalidOperationException("The read continued on another thread, whose allocations were not counted.");

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _before.Length + size + _after.Length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var source = Position < _before.Length ? _before.AsSpan((int)Position)
            : Position < _before.Length + size ? default
            : _after.AsSpan((int)(Position - _before.Length - size));
        var read = (int)Math.Min(buffer.Length, Position >= _before.Length && Position < _before.Length + size
            ? _before.Length + size - Position
            : source.Length);
        if (source.IsEmpty)
            buffer[..read].Fill((byte)'A');
        else
            source[..read].CopyTo(buffer);
        Position += read;
        return read;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
