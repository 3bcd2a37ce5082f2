using System.Net;
using System.Text;

namespace WebSo.Events;

/// <summary>A call like those that adapters pass to the receiver, without a web server.</summary>
internal sealed class TestRequest : IncomingRequest
{
    private readonly long? _announced;
    private ReadOnlyMemory<byte> _left;

    public TestRequest(string body = Payloads.StatusChange)
        : this(Encoding.UTF8.GetBytes(body))
    {
    }

    public TestRequest(byte[] body) => (_left, _announced) = (body, body.Length);

    /// <summary>The announced length, or null if none is announced. Default: the length of the body.</summary>
    public long? Announced
    {
        init => _announced = value;
    }

    /// <summary>The maximum number of bytes that a read returns.</summary>
    public int PieceSize { get; init; } = int.MaxValue;

    /// <summary>Called by a read after the end of the body.</summary>
    public Func<CancellationToken, ValueTask<int>> AtEnd { get; init; } = _ => new(0);

    /// <summary>Whether a middleware has consumed the body.</summary>
    public bool IsReadBefore { get; init; }

    public string SentMethod { get; init; } = "POST";

    public string SentPath { get; init; } = "/webso/events";

    public string SentQuery { get; init; } = "";

    public IPAddress? SentFrom { get; init; } = IPAddress.Loopback;

    public bool? SentIsHttps { get; init; }

    public IReadOnlyDictionary<string, string> SentRouteValues { get; init; } = new Dictionary<string, string>();

    /// <summary>The headers. Values of a header that was sent several times are joined by commas.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public int Reads { get; private set; }

    public override string Method => SentMethod;

    public override string Path => SentPath;

    public override string QueryString => SentQuery;

    public override IReadOnlyDictionary<string, string> RouteValues => SentRouteValues;

    public override IPAddress? RemoteAddress => SentFrom;

    public override bool? IsHttps => SentIsHttps;

    public override long? ContentLength => _announced;

    public TestRequest With(string name, params string[] values)
    {
        if (values.Length > 0)
            Headers[name] = string.Join(',', Headers.TryGetValue(name, out var before) ? values.Prepend(before) : values);
        return this;
    }

    public TestRequest WithBasic(string pair, Encoding? encoding = null, string scheme = "Basic ") =>
        With("Authorization", scheme + Convert.ToBase64String((encoding ?? Encoding.UTF8).GetBytes(pair)));

    public override string? GetHeader(string name) => Headers.GetValueOrDefault(name);

    public override ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Reads++;
        if (_left.IsEmpty)
            return AtEnd(cancellationToken);
        var piece = _left[..Math.Min(Math.Min(_left.Length, buffer.Length), PieceSize)];
        piece.CopyTo(buffer);
        _left = _left[piece.Length..];
        return new(piece.Length);
    }

    public override ReceiveOutcome? CheckBodyEnd(long received) => IsReadBefore ? ReceiveOutcome.BodyConsumed : base.CheckBodyEnd(received);
}
