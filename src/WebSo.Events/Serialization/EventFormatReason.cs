namespace WebSo.Events.Serialization;

/// <summary>The reason why a body can't be read as an event.</summary>
internal enum EventFormatReason
{
    /// <summary>The body is empty, or its first value is not a JSON object.</summary>
    NotAnObject,

    /// <summary>The body is not JSON.</summary>
    InvalidJson,

    /// <summary>Data follows the JSON object, for example a second event, which would be lost.</summary>
    TrailingData,

    /// <summary>The property <c>event</c> is absent or null.</summary>
    MissingEventName,

    /// <summary>The property <c>event</c> is empty, is not a string, or is sent twice with different values.</summary>
    InvalidEventName,

    /// <summary>The event name or an ID is longer than 256 characters.</summary>
    TooLong,

    /// <summary>The type that was added with <c>AddEventType</c> can't be deserialized from the body.</summary>
    InvalidCustomEvent,
}
