namespace WebSo.Events;

/// <summary>One call of the receiver, as recorded in the delivery log. It contains no headers.</summary>
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

    /// <summary>The name of the event; empty if the body is not an event.</summary>
    public string EventName { get; }

    /// <summary>The ID of the document; empty if the body is not an event.</summary>
    public string DocumentId { get; }

    /// <summary>The URL that was called. Its query can contain a secret, so don't log it.</summary>
    public Uri Url { get; }

    /// <summary>The bytes of the body. A retry sends the same bytes.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The number of the attempt for its event, starting at 1.</summary>
    public int Number { get; }

    /// <summary>The faults that were injected into this attempt.</summary>
    public WebSoFaults Faults { get; }

    /// <summary>When the attempt started, by the clock of the sender.</summary>
    public DateTimeOffset StartedAt { get; internal init; }

    /// <summary>How long it took until the response or the error, by the clock of the sender.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>The status code of the response; null if there was none or a fault lost it.</summary>
    public int? StatusCode { get; }

    /// <summary>Why there was no response; null if there was one.</summary>
    public string? Error { get; }

    /// <summary>
    /// The URL that redirects of the receiver led to, or null if none was followed. <see cref="StatusCode"/> is the response of this URL. Its query can
    /// contain a secret, so don't log it.
    /// </summary>
    public Uri? RedirectedTo { get; }

    /// <summary>
    /// Whether the 200 came from a page behind a redirect, for example a login page. That page was called with GET and without the event. The server
    /// takes the 200 for success, and the event is lost.
    /// </summary>
    public bool IsLostByRedirect { get; }

    /// <summary>Whether the response was 200. The server takes nothing else for success.</summary>
    public bool IsSuccess => StatusCode == 200;

    /// <summary>Returns the event, document, number and status or error, and the target of a redirect without its query.</summary>
    public override string ToString() =>
        $"{EventName} document {DocumentId} attempt {Number}: {StatusCode?.ToString(null, null) ?? Error}"
        + (RedirectedTo is null ? "" : $", redirected to {ShownUrl.Of(RedirectedTo)}");
}
