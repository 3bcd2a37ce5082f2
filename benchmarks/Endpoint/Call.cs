using System.Net;

namespace EndpointBenchmark;

// A call with a documented event, without a web server.
internal sealed class Call : IncomingRequest
{
    private static readonly byte[] s_body = """{"user_id":"1","event":"USER_FINISH","document_id":"17","fields_signed":"2"}"""u8.ToArray();
    private int _read;

    public override string Method => "POST";

    public override string Path => "/webso/events";

    public override string QueryString => "";

    public override IPAddress? RemoteAddress => IPAddress.Loopback;

    public override long? ContentLength => s_body.Length;

    public override string? GetHeader(string name) => null;

    public override ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        s_body.AsSpan(_read, buffer.Length).CopyTo(buffer.Span);
        _read += buffer.Length;
        return new(buffer.Length);
    }
}
