using System.Net;
using System.Text;

namespace WebSo.Events.Inbox.Sqlite.Tests;

internal sealed class FakeRequest(byte[] body) : IncomingRequest
{
    private readonly MemoryStream _body = new(body);

    public FakeRequest(string body)
        : this(Encoding.UTF8.GetBytes(body))
    {
    }

    public string SentPath { get; init; } = "/webso/events";

    public string SentQuery { get; init; } = "";

    public string? ContentType { get; init; }

    public override string Method => "POST";

    public override string Path => SentPath;

    public override string QueryString => SentQuery;

    public override IPAddress? RemoteAddress => IPAddress.Loopback;

    public override long? ContentLength => _body.Length;

    public override string? GetHeader(string name) => name == "Content-Type" ? ContentType : null;

    public override ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _body.ReadAsync(buffer, cancellationToken);
}
