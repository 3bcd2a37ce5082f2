namespace WebSo.Events.Serialization;

/// <summary>Why a body could not be read as an event. All else is read: see <see cref="WebSoEvent.IsComplete"/>.</summary>
internal enum EventFormatReason
{
    /// <summary>It is empty, or its first value is not a JSON object.</summary>
    NotAnObject,

    /// <summary>It is not JSON.</summary>
    InvalidJson,

    /// <summary>Something follows the object: a second event, for example, which would be lost.</summary>
    TrailingData,

    /// <summary>The property <c>event</c> is absent or null.</summary>
    MissingEventName,

    /// <summary>The property <c>event</c> is empty, is not a string, or is given twice with different values.</summary>
    InvalidEventName,

    /// <summary>The event's name or one of its IDs is longer than 256 characters.</summary>
    TooLong,

    /// <summary>The type that was registered for the event with <c>AddEventType</c> can't be created from it.</summary>
    InvalidCustomEvent,
}
