namespace WebSo.Events;

/// <summary>How the sending of one event ended, with all its attempts.</summary>
public sealed class WebSoSendResult
{
    internal WebSoSendResult(WebSoSendOutcome outcome, IReadOnlyList<WebSoDeliveryAttempt> attempts) => (Outcome, Attempts) = (outcome, attempts);

    /// <summary>How it ended.</summary>
    public WebSoSendOutcome Outcome { get; }

    /// <summary>
    /// The attempts, in order. Empty where nothing was sent. Of an event that is repeated very often the first ones are left out:
    /// at most 1000 are here.
    /// </summary>
    public IReadOnlyList<WebSoDeliveryAttempt> Attempts { get; }
}
