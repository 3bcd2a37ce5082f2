namespace WebSo.Events;

// Returns at most the given number of bytes per call, as a network stream does.
internal sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes, writable: false)
{
    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, chunk));

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, chunk)]);
}
