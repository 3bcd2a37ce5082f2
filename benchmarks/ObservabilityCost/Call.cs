using System.Net;
using System.Text;

namespace WebSo.Events;

/// <summary>A documented event, without a web server.</summary>
internal sealed class Call(byte[] body) : IncomingRequest
{
    private int _read;

    public override string Method => "POST";

    public override string Path => "/webso/events";

    public override string QueryString => "";

    public override IPAddress? RemoteAddress => IPAddress.Loopback;

    public override long? ContentLength => body.Length;

    public static byte[] BodyOf(int document) =>
        Encoding.UTF8.GetBytes($$"""{"user_id":"1","event":"USER_FINISH","document_id":"{{document}}","fields_signed":"2"}""");

    public override string? GetHeader(string name) => null;

    public override ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        body.AsSpan(_read, buffer.Length).CopyTo(buffer.Span);
        _read += buffer.Length;
        return new(buffer.Length);
    }
}
