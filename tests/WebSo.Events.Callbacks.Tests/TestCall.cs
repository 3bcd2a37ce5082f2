using System.Net;
using System.Text;

namespace WebSo.Events;

// A call as an adapter would give it to the receiver. Tells whether its body was read.
internal sealed class TestCall : IncomingRequest
{
    public const string Body = """{"from":"1","to":"2","event":"STATUS_CHANGE","document_id":"23822"}""";

    private readonly MemoryStream _body = new(Encoding.UTF8.GetBytes(Body));

    public string Query { get; init; } = "";

    public string ReceivedPath { get; init; } = "/webso/events";

    public string? From { get; init; } = "192.0.2.7";

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public bool WasBodyRead => _body.Position > 0;

    public override string Method => "POST";

    public override string Path => ReceivedPath;

    public override string QueryString => Query;

    public override IPAddress? RemoteAddress => From is null ? null : IPAddress.Parse(From);

    public override long? ContentLength => Body.Length;

    public override string? GetHeader(string name) => Headers.GetValueOrDefault(name);

    public override ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _body.ReadAsync(buffer, cancellationToken);
}
