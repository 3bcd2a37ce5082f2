using System.Net;

namespace WebSo.Events.Receiving;

/// <summary>
/// An HTTP call. An adapter for a web server implements it, without any rules of its own.
/// </summary>
internal abstract class IncomingRequest
{
    /// <summary>The HTTP method, in uppercase.</summary>
    public abstract string Method { get; }

    /// <summary>The path of the call with the path base, as unescaped by the web server.</summary>
    public abstract string Path { get; }

    /// <summary>The unmodified query with the leading <c>?</c>. Empty if the call has none.</summary>
    public abstract string QueryString { get; }

    /// <summary>The route values of the call. Empty by default.</summary>
    public virtual IReadOnlyDictionary<string, string> RouteValues => WebSoEventContext.NoRouteValues;

    /// <summary>The remote address. Null if unknown.</summary>
    public abstract IPAddress? RemoteAddress { get; }

    /// <summary>
    /// Whether the call used HTTPS to the web server or to a trusted proxy. Null (unknown) by default.
    /// </summary>
    public virtual bool? IsHttps => null;

    /// <summary>
    /// The announced length of the body, in bytes. Null if none is announced. If it exceeds the limit, the body is not read.
    /// </summary>
    public abstract long? ContentLength { get; }

    /// <summary>Returns the value of a header, with several values joined by commas. Null if absent.</summary>
    /// <param name="name">The name, which is not case-sensitive.</param>
    public abstract string? GetHeader(string name);

    /// <summary>
    /// Returns whether the web server has capacity for this call. Called once, after all checks that need no body and before the body is
    /// read. If false, the receiver answers with 503. True by default.
    /// </summary>
    public virtual bool TryAdmit() => true;

    /// <summary>Reads the next bytes of the body.</summary>
    /// <returns>The number of bytes read, or 0 at the end of the body.</returns>
    /// <exception cref="BodyException">The body can't be read for a known reason.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public abstract ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>
    /// Checks whether the body is complete. By default, a body that is shorter than <see cref="ContentLength"/> is incomplete, because the
    /// connection was lost.
    /// </summary>
    /// <param name="received">The number of bytes received.</param>
    /// <returns>Null if the body is complete. Otherwise the outcome of the call.</returns>
    public virtual ReceiveOutcome? CheckBodyEnd(long received) => received < ContentLength ? ReceiveOutcome.BodyTorn : null;
}
