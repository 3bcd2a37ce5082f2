namespace WebSo.Events;

/// <summary>The state of a stored delivery. The numbers are stored in the database.</summary>
public enum WebSoInboxState
{
    /// <summary>It is to be handled: at once, at its next attempt, or after earlier deliveries of its document.</summary>
    Pending = 0,

    /// <summary>A worker has leased it.</summary>
    Handling = 2,

    /// <summary>All handlers completed.</summary>
    Handled = 3,

    /// <summary>It was given up, or a handler rejected it. Kept until it is replayed or discarded.</summary>
    DeadLetter = 4,

    /// <summary>No handler is registered for it.</summary>
    Unhandled = 5,

    /// <summary>Its body can't be read as an event.</summary>
    Malformed = 6,

    /// <summary>An operator discarded it.</summary>
    Discarded = 7,
}
