namespace WebSo.Events;

/// <summary>Faults to inject. Each affects an event with the probability <see cref="WebSoEmulatorOptions.FaultRate"/>.</summary>
[Flags]
public enum WebSoFaults
{
    /// <summary>No faults.</summary>
    None = 0,

    /// <summary>After the response 200, the event is sent once more, immediately.</summary>
    DuplicateDelivery = 1 << 0,

    /// <summary>An event is held back until the next event of its document was sent. Only <see cref="WebSoEmulator"/> injects this fault.</summary>
    ReorderedDelivery = 1 << 1,

    /// <summary>The response to the first attempt is lost, so the event is retried after the delay.</summary>
    LostAnswer = 1 << 2,

    /// <summary>
    /// The response is lost together with its kept-alive connection, and the call is repeated immediately on another connection within the same
    /// attempt, like Java's HttpURLConnection does. Needs sockets: not possible with <see cref="WebSoEmulatorOptions.Handler"/>.
    /// </summary>
    SilentSecondPost = 1 << 3,

    /// <summary>
    /// The body of the first attempt is sent in pieces during <see cref="WebSoEmulatorOptions.SlowRequestDuration"/>. Needs sockets: not possible
    /// with <see cref="WebSoEmulatorOptions.Handler"/>.
    /// </summary>
    SlowRequest = 1 << 4,

    /// <summary>
    /// The connection of the first attempt closes in the middle of the body. The event is retried after the delay. Needs sockets: not possible with
    /// <see cref="WebSoEmulatorOptions.Handler"/>.
    /// </summary>
    TornRequest = 1 << 5,

    /// <summary>An event with an unknown name follows. Only <see cref="WebSoEmulator"/> injects this fault.</summary>
    UnknownEvent = 1 << 6,

    /// <summary>The body contains an undocumented property.</summary>
    ExtraProperty = 1 << 7,

    /// <summary>The properties of the body are in a different order.</summary>
    ShuffledProperties = 1 << 8,

    /// <summary>The property name <c>event</c> is not quoted, as in the vendor's example of RENDER_RETURN.</summary>
    UnquotedName = 1 << 9,

    /// <summary>Values that are whole numbers are not quoted.</summary>
    NumbersForStrings = 1 << 10,

    /// <summary>All faults.</summary>
    All = (1 << 11) - 1,
}
