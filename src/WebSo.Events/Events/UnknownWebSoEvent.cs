namespace WebSo.Events;

/// <summary>
/// An event whose name has no registered event type, for example an event of a newer server.
/// <see cref="WebSoEvent.ExtraProperties"/> contains all properties except the name and the document ID.
/// </summary>
public sealed record UnknownWebSoEvent : WebSoEvent
{
    /// <summary>Creates an event with any name.</summary>
    /// <param name="eventName">The event name (JSON property <c>event</c>).</param>
    /// <exception cref="ArgumentException">The name is null or empty.</exception>
    public UnknownWebSoEvent(string eventName)
        : base(eventName)
    {
    }
}
