namespace WebSo.Events;

/// <summary>
/// An event whose name no registered type has: one of a future server.
/// All but its name and document ID is in <see cref="WebSoEvent.ExtraProperties"/>.
/// </summary>
public sealed record UnknownWebSoEvent : WebSoEvent
{
    /// <summary>Creates an event of any name.</summary>
    /// <param name="eventName">The value of the property <c>event</c>.</param>
    /// <exception cref="ArgumentException">The name is null or empty.</exception>
    public UnknownWebSoEvent(string eventName)
        : base(eventName)
    {
    }
}
