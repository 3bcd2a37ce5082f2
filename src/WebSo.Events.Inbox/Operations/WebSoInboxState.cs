namespace WebSo.Events;

/// <summary>The state of a stored delivery. The numbers are stored in the database.</summary>
public enum WebSoInboxState
{
    /// <summary>It is to be handled: at once, at its next attempt, or after earlier deliveries of its document.</summary>
    Pending = 0,

    /// <summary>A worker has leased it.</summary>
    Handling = 1,

    /// <summary>All handlers completed.</summary>
    Handled = 2,

    /// <summary>It was given up, or a handler rejected it. Kept until it is replayed or discarded.</summary>
    DeadLetter = 3,

    /// <summary>No handler is registered for it.</summary>
    Unhandled = 4,

    /// <summary>Its body can't be read as an event.</summary>
    Malformed = 5,

    /// <summary>An operator discarded it.</summary>
    Discarded = 6,
}
