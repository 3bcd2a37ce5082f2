using System.Net;

namespace WebSo.Events;

/// <summary>Where and when an event came. The same whether it is handled at once or from an inbox. Of the headers it holds the declared charset only.</summary>
public sealed class WebSoEventContext
{
    internal static readonly IReadOnlyDictionary<string, string> NoRouteValues = new Dictionary<string, string>(0);

    /// <summary>
    /// Identifies this receipt of the event, made when it was received. The same over retries, restarts and replays:
    /// the handler's idempotency key.
    /// </summary>
    public required Guid DeliveryId { get; init; }

    /// <summary>When the call was received, in UTC. The server sends no time of its own.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The name of the endpoint that received it; empty for the default one.</summary>
    public required string EndpointName { get; init; }

    /// <summary>The path of the call, with the path base. A document's own CallbackUrl can carry an ID of yours in it.</summary>
    public required string RequestPath { get; init; }

    /// <summary>The query of the call with its leading <c>?</c>, as it was sent. Empty where there is none.</summary>
    public required string QueryString { get; init; }

    /// <summary>The route values of the call, by name. Empty where the endpoint has no route.</summary>
    public IReadOnlyDictionary<string, string> RouteValues { get; init; } = NoRouteValues;

    /// <summary>The address that the call came from, where it is known.</summary>
    public IPAddress? RemoteAddress { get; init; }

    /// <summary>The correlation ID of a signed callback URL that was verified; null in all other cases.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Which attempt at handling this is; 1 is the first.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Whether someone asked for the event to be handled again.</summary>
    public bool IsReplay { get; init; }

    /// <summary>
    /// The charset that the call's <c>Content-Type</c> declared, in lower case; null where it declared none. With it, the body can be
    /// read again: <see cref="WebSoEventSerializer.Deserialize(ReadOnlySpan{byte}, string?)"/>.
    /// </summary>
    public string? Charset { get; init; }

    /// <summary>The body of the call, byte for byte.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }
}
