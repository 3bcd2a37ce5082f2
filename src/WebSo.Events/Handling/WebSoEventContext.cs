using System.Net;

namespace WebSo.Events;

/// <summary>Describes the delivery of an event: its ID, time, endpoint, URL and body. It is the same with and without an inbox.</summary>
public sealed class WebSoEventContext
{
    internal static readonly IReadOnlyDictionary<string, string> NoRouteValues = new Dictionary<string, string>(0);

    /// <summary>
    /// Gets the ID of the delivery, which is created when the event is received. It stays the same across retries, restarts and replays, so
    /// use it as the idempotency key of a handler.
    /// </summary>
    public required Guid DeliveryId { get; init; }

    /// <summary>Gets the time when the call was received, in UTC. The server does not send a time.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Gets the name of the endpoint that received the event. Empty for the default endpoint.</summary>
    public required string EndpointName { get; init; }

    /// <summary>
    /// Gets the path of the call, including the path base. The callback URL of a document can include your own ID in the path.
    /// </summary>
    public required string RequestPath { get; init; }

    /// <summary>
    /// Gets the unmodified query of the call, including the leading <c>?</c>, but without the signature of a signed callback URL. Empty if
    /// the call has no query.
    /// </summary>
    public required string QueryString { get; init; }

    /// <summary>Gets the route values of the call, by name. Empty if the endpoint has no route parameters.</summary>
    public IReadOnlyDictionary<string, string> RouteValues { get; init; } = NoRouteValues;

    /// <summary>Gets the remote address of the call. Null if unknown.</summary>
    public IPAddress? RemoteAddress { get; init; }

    /// <summary>Gets the correlation ID of a verified signed callback URL. Null for a call without one.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Gets the number of the handling attempt. The first attempt is 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Gets whether the event is being replayed, because someone requested to handle it again.</summary>
    public bool IsReplay { get; init; }

    /// <summary>
    /// Gets the charset of the <c>Content-Type</c> header, in lowercase. Null if the call declared none. Pass it to
    /// <see cref="WebSoEventSerializer.Deserialize(ReadOnlySpan{byte}, string?)"/> to read the body again.
    /// </summary>
    public string? Charset { get; init; }

    /// <summary>Gets the exact bytes of the body.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }
}
