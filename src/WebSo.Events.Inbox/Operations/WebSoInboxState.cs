namespace WebSo.Events;

/// <summary>The state of a stored delivery. The database stores the numbers, so they never change.</summary>
public enum WebSoInboxState
{
    /// <summary>The delivery waits to be handled: for a free slot, for its next attempt, or for earlier deliveries of its document.</summary>
    Pending = 0,

    /// <summary>A worker has leased the delivery and is handling it.</summary>
    Handling = 1,

    /// <summary>All handlers completed.</summary>
    Handled = 2,

    /// <summary>Retries ended without success, or a handler rejected the event. Kept until it is replayed, discarded or erased.</summary>
    DeadLetter = 3,

    /// <summary>No handler is registered for the event.</summary>
    Unhandled = 4,

    /// <summary>The body can't be read as an event.</summary>
    Malformed = 5,

    /// <summary>An operator discarded the delivery.</summary>
    Discarded = 6,
}
