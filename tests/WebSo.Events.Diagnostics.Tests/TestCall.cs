using System.Net;
using System.Text;

namespace WebSo.Events;

/// <summary>A call without a web server.</summary>
internal sealed class TestCall(string body, string method = "POST") : IncomingRequest
{
    private readonly MemoryStream _body = new(Encoding.UTF8.GetBytes(body));

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public string Query { get; init; } = "";

    public long? Announced { get; init; } = Encoding.UTF8.GetByteCount(body);

    public Exception? Torn { get; init; }

    public bool IsReadBefore { get; init; }

    public override string Method => method;

    public override string Path => "/webso/events";

    public override string QueryString => Query;

    public override IPAddress? RemoteAddress => IPAddress.Loopback;

    public override long? ContentLength => Announced;

    public override string? GetHeader(string name) => Headers.GetValueOrDefault(name);

    public override ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        Torn is null ? _body.ReadAsync(buffer, cancellationToken) : throw Torn;

    public override ReceiveOutcome? CheckBodyEnd(long received) => IsReadBefore ? ReceiveOutcome.BodyConsumed : base.CheckBodyEnd(received);
}
