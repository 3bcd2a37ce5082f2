using System.Net;
using System.Text;

namespace WebSo.Events.Tests;

// A call whose body comes in the given pieces; what happens after them is up to AtEnd.
internal sealed class TestRequest : IncomingRequest
{
    private readonly Queue<ReadOnlyMemory<byte>> _pieces = new();

    private readonly long? _announced;

    public TestRequest(string body)
        : this(Encoding.UTF8.GetBytes(body))
    {
    }

    public TestRequest(byte[] body)
    {
        if (body.Length > 0)
            _pieces.Enqueue(body);
        _announced = body.Length;
    }

    // The announced length; not set: that of the body. Null: none is announced.
    public long? Announced
    {
        init => _announced = value;
    }

    public List<(string Name, string Value)> Headers { get; } = [];

    public int Reads { get; private set; }

    public int? PieceSize { get; init; }

    public Func<CancellationToken, ValueTask<int>> AtEnd { get; init; } = _ => new(0);

    public bool IsReadBefore { get; init; }

    public string SentMethod { get; init; } = "POST";

    public IPAddress? SentFrom { get; init; } = IPAddress.Loopback;

    public bool? SentIsHttps { get; init; }

    public IReadOnlyDictionary<string, string> SentRouteValues { get; init; } = new Dictionary<string, string>();

    public override string Method => SentMethod;

    public override string Path => "/base/webso/42";

    public override string QueryString => "?case=7";

    public override IReadOnlyDictionary<string, string> RouteValues => SentRouteValues;

    public override IPAddress? RemoteAddress => SentFrom;

    public override bool? IsHttps => SentIsHttps;

    public override long? ContentLength => _announced;

    public TestRequest With(string name, params string[] values)
    {
        Headers.AddRange(values.Select(value => (name, value)));
        return this;
    }

    public TestRequest WithBasic(string pair, Encoding? encoding = null, string scheme = "Basic ") =>
        With("Authorization", scheme + Convert.ToBase64String((encoding ?? Encoding.UTF8).GetBytes(pair)));

    public override string? GetHeader(string name)
    {
        var values = Headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).ToList();
        return values.Count == 0 ? null : string.Join(",", values);
    }

    public override ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Reads++;
        if (!_pieces.TryPeek(out var piece))
            return AtEnd(cancellationToken);

        _pieces.Clear();
        var taken = piece[..Math.Min(Math.Min(piece.Length, buffer.Length), PieceSize ?? int.MaxValue)];
        taken.CopyTo(buffer);
        if (taken.Length < piece.Length)
            _pieces.Enqueue(piece[taken.Length..]);
        return new(taken.Length);
    }

    public override ReceiveOutcome? CheckBodyEnd(long received) => IsReadBefore ? ReceiveOutcome.BodyConsumed : base.CheckBodyEnd(received);
}
