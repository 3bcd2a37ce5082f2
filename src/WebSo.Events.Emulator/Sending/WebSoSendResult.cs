namespace WebSo.Events;

/// <summary>The result of sending one event.</summary>
public sealed class WebSoSendResult
{
    internal WebSoSendResult(IReadOnlyList<WebSoDeliveryAttempt> attempts, bool isDelivered = false, string? notSentReason = null) =>
        (Attempts, IsDelivered, NotSentReason) = (attempts, isDelivered, notSentReason);

    /// <summary>
    /// Whether the receiver answered 200, which is success for the server. If false and <see cref="NotSentReason"/> is null, no attempt
    /// succeeded and no retry is left: the event is lost.
    /// </summary>
    public bool IsDelivered { get; }

    /// <summary>Why nothing was sent: the filter of the config.ini excludes the event, or there is no URL. Null if the event was sent.</summary>
    public string? NotSentReason { get; }

    /// <summary>The attempts, in order; empty if nothing was sent. If there were more than 1,000, the last 1,000.</summary>
    public IReadOnlyList<WebSoDeliveryAttempt> Attempts { get; }
}
