namespace WebSo.Events;

/// <summary>Where a stored event stands. The numbers are what stores keep.</summary>
public enum WebSoInboxState
{
    /// <summary>It is to be handled: at once, at its next attempt, or after those before it in its document's queue.</summary>
    Pending = 0,

    /// <summary>A worker has claimed it.</summary>
    Handling = 2,

    /// <summary>All handlers completed.</summary>
    Handled = 3,

    /// <summary>It was given up, or a handler rejected it. Kept until it is replayed or discarded.</summary>
    DeadLetter = 4,

    /// <summary>No handler is registered for it.</summary>
    Unhandled = 5,

    /// <summary>Its body can't be read as an event.</summary>
    Malformed = 6,

    /// <summary>Someone took it out.</summary>
    Discarded = 7,
}
