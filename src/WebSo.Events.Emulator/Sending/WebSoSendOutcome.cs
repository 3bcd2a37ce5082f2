namespace WebSo.Events;

/// <summary>How the sending of an event ended.</summary>
public enum WebSoSendOutcome
{
    /// <summary>The receiver answered 200.</summary>
    Delivered,

    /// <summary>No attempt was answered with 200, and no repeat is left: to the server the event is lost.</summary>
    GaveUp,

    /// <summary><c>webso_events_filter</c> keeps the event out. Nothing was sent.</summary>
    Filtered,

    /// <summary>Neither a CallbackUrl nor <c>webso_events_url</c> is set. Nothing was sent.</summary>
    NoUrl,
}
