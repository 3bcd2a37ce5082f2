namespace WebSo.Events;

/// <summary>Why a body could not be read as an event.</summary>
public enum WebSoEventFormatReason
{
    /// <summary>It is empty, or its first value is not a JSON object.</summary>
    NotAnObject,

    /// <summary>It is not JSON.</summary>
    InvalidJson,

    /// <summary>It is not UTF-8, or a text in it holds half of a surrogate pair.</summary>
    InvalidText,

    /// <summary>It nests deeper than 32 levels.</summary>
    TooDeep,

    /// <summary>It has more than 256 properties.</summary>
    TooManyProperties,

    /// <summary>A property is given twice.</summary>
    DuplicateProperty,

    /// <summary>Something follows the object.</summary>
    TrailingData,

    /// <summary>The property <c>event</c> is absent or null.</summary>
    MissingEventName,

    /// <summary>The property <c>event</c> is empty or no text.</summary>
    InvalidEventName,

    /// <summary>A property that the event must have is absent or null.</summary>
    MissingProperty,

    /// <summary>A property that the event must have can't be read.</summary>
    InvalidProperty,
}
