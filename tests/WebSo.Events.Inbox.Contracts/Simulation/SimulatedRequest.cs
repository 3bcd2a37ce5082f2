using System.Net;
using System.Text;

namespace WebSo.Events.Inbox.Contracts;

internal sealed class SimulatedRequest(string body) : WebSoRequest
{
    private readonly MemoryStream _body = new(Encoding.UTF8.GetBytes(body));

    public override string Method => "POST";

    public override string Path => "/webso/events";

    public override string QueryString => "";

    public override IPAddress? RemoteAddress => IPAddress.Loopback;

    public override long? ContentLength => _body.Length;

    public override string? GetHeader(string name) => null;

    public override ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _body.ReadAsync(buffer, cancellationToken);
}
