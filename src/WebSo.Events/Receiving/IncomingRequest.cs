using System.Net;

namespace WebSo.Events.Receiving;

/// <summary>
/// One HTTP call as the receiver sees it: what an adapter for a web server implements. Abstract because each web server has its own;
/// an adapter translates and holds no rule.
/// </summary>
internal abstract class IncomingRequest
{
    /// <summary>The HTTP method, in upper case.</summary>
    public abstract string Method { get; }

    /// <summary>The path of the call, with the path base, unescaped as the web server does it.</summary>
    public abstract string Path { get; }

    /// <summary>The query with its leading <c>?</c>, as it was sent; empty where there is none.</summary>
    public abstract string QueryString { get; }

    /// <summary>The route values of the call. Not overridden: none.</summary>
    public virtual IReadOnlyDictionary<string, string> RouteValues => WebSoEventContext.NoRouteValues;

    /// <summary>The address that the call came from, where it is known.</summary>
    public abstract IPAddress? RemoteAddress { get; }

    /// <summary>
    /// Whether the call came by HTTPS, to the web server itself or to a proxy that it believes. Not overridden: null, not known.
    /// </summary>
    public virtual bool? IsHttps => null;

    /// <summary>The announced length of the body in bytes; null where none is announced. A larger one than allowed is refused unread.</summary>
    public abstract long? ContentLength { get; }

    /// <summary>The value of a header, several joined with a comma; null where it is absent.</summary>
    /// <param name="name">The name; its case does not matter.</param>
    public abstract string? GetHeader(string name);

    /// <summary>
    /// Whether the web server has room for this call. Asked once, when the call has passed all checks that need no body, and before its
    /// body is read. If false, the receiver answers 503. Not overridden: true.
    /// </summary>
    public virtual bool TryAdmit() => true;

    /// <summary>Reads the next bytes of the body. The receiver reads until the end.</summary>
    /// <returns>How many were read; 0 at the end.</returns>
    /// <exception cref="BodyException">The body can't be read, for a reason that the adapter knows.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public abstract ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>
    /// Whether a body may end after so many bytes. Not overridden: it may not be shorter than <see cref="ContentLength"/>, since the
    /// connection was lost then.
    /// </summary>
    /// <param name="received">How many bytes the receiver got.</param>
    /// <returns>The outcome of the call if the body is not complete; null if it is.</returns>
    public virtual ReceiveOutcome? CheckBodyEnd(long received) => received < ContentLength ? ReceiveOutcome.BodyTorn : null;
}
