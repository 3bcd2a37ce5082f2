namespace WebSo.Events;

/// <summary>One call of the receiver, as the delivery log has it. It holds no header.</summary>
public sealed class WebSoDeliveryAttempt
{
    internal WebSoDeliveryAttempt(OutgoingCall call, int number, WebSoFaults faults, AttemptAnswer answer)
    {
        EventName = call.EventName;
        DocumentId = call.DocumentId;
        Url = call.Url;
        Body = call.Body;
        Number = number;
        Faults = faults;
        StatusCode = answer.Status;
        Error = answer.Error;
        RedirectedTo = answer.RedirectedTo;
        IsLostByRedirect = IsSuccess && answer.IsOfGet;
    }

    /// <summary>The name of the event; empty where raw bytes were sent that are no event.</summary>
    public string EventName { get; }

    /// <summary>The ID of the document; empty where raw bytes were sent that are no event.</summary>
    public string DocumentId { get; }

    /// <summary>The URL that was called. Its query may hold a secret: don't show it.</summary>
    public Uri Url { get; }

    /// <summary>The body, byte for byte; the same in each repeat.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Which attempt for its event it is; 1 is the first.</summary>
    public int Number { get; }

    /// <summary>The faults that this attempt was made with.</summary>
    public WebSoFaults Faults { get; }

    /// <summary>When it began, by the clock of the sender.</summary>
    public DateTimeOffset StartedAt { get; internal init; }

    /// <summary>How long it took until the answer or the error, by the clock of the sender.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>The status of the answer; null where there was none, or a fault lost it.</summary>
    public int? StatusCode { get; }

    /// <summary>Why there was no answer; null where there was one.</summary>
    public string? Error { get; }

    /// <summary>
    /// Where redirects of the receiver led, if any was followed: <see cref="StatusCode"/> is the answer of this URL. Null: none was followed.
    /// Its query may hold a secret: don't show it.
    /// </summary>
    public Uri? RedirectedTo { get; }

    /// <summary>
    /// Whether the 200 is that of a page that a redirect led to, for example a login page. It was called with GET, without the event: the
    /// server takes that for success, and the event is lost.
    /// </summary>
    public bool IsLostByRedirect { get; }

    /// <summary>Whether the receiver answered 200: nothing else is success to the server.</summary>
    public bool IsSuccess => StatusCode == 200;

    /// <summary>The event, document, number and status or error, and the target of a redirect without its query.</summary>
    public override string ToString() =>
        $"{EventName} document {DocumentId} attempt {Number}: {StatusCode?.ToString(null, null) ?? Error}"
        + (RedirectedTo is null ? "" : $", redirected to {ShownUrl.Of(RedirectedTo)}");
}
