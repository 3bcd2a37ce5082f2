namespace WebSo.Events;

// An upload with a PDF that is generated while it is read.
internal sealed class LargeUpload(long pdfSize) : Stream
{
    private static readonly byte[] s_begin = "<?xml version=\"1.0\"?><ESign><Name>x</Name><PDF>"u8.ToArray();
    private static readonly byte[] s_end = "</PDF></ESign>"u8.ToArray();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length { get; } = s_begin.Length + pdfSize + s_end.Length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var length = (int)Math.Min(buffer.Length, Length - Position);
        for (var i = 0; i < length;)
        {
            var fromEnd = Length - s_end.Length - Position;
            if (Position >= s_begin.Length && fromEnd > 0)
            {
                var run = (int)Math.Min(fromEnd, length - i);
                buffer.Slice(i, run).Fill((byte)'A');
                (i, Position) = (i + run, Position + run);
                continue;
            }

            buffer[i++] = fromEnd > 0 ? s_begin[Position] : s_end[-fromEnd];
            Position++;
        }

        return length;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
