namespace WebSo.Events;

/// <summary>What can go wrong on purpose. Each strikes an event with <see cref="WebSoEventSenderOptions.FaultRate"/>, by the seed.</summary>
[Flags]
public enum WebSoFaults
{
    /// <summary>Nothing goes wrong.</summary>
    None = 0,

    /// <summary>After it was answered with 200, an event is sent once more, at once.</summary>
    DuplicateDelivery = 1 << 0,

    /// <summary>An event of a document is held back until the next one of that document was sent. By <see cref="WebSoEmulator"/> only.</summary>
    ReorderedDelivery = 1 << 1,

    /// <summary>The answer to the first attempt is lost, whatever it is, so that the event is repeated after the pause.</summary>
    LostAnswer = 1 << 2,

    /// <summary>
    /// As Java's HttpURLConnection does: the answer is lost with its kept-alive connection, and the call is made again at once, on another
    /// connection, within the same attempt. Needs sockets, so not possible with <see cref="WebSoEventSenderOptions.Handler"/>.
    /// </summary>
    SilentSecondPost = 1 << 3,

    /// <summary>The body of the first attempt comes in pieces, see <see cref="WebSoEventSenderOptions.SlowRequestDuration"/>. Needs sockets, so not possible with <see cref="WebSoEventSenderOptions.Handler"/>.</summary>
    SlowRequest = 1 << 4,

    /// <summary>The connection of the first attempt closes amid the body; the event is repeated after the pause. Needs sockets, so not possible with <see cref="WebSoEventSenderOptions.Handler"/>.</summary>
    TornRequest = 1 << 5,

    /// <summary>An event of an unknown name follows. By <see cref="WebSoEmulator"/> only.</summary>
    UnknownEvent = 1 << 6,

    /// <summary>The body has a property that is not documented.</summary>
    ExtraProperty = 1 << 7,

    /// <summary>The properties of the body come in another order.</summary>
    ShuffledProperties = 1 << 8,

    /// <summary>The name <c>event</c> has no quotes, as in the vendor's own example of RENDER_RETURN.</summary>
    UnquotedName = 1 << 9,

    /// <summary>Values that are whole numbers come without quotes.</summary>
    NumbersForStrings = 1 << 10,

    /// <summary>All of them.</summary>
    All = (1 << 11) - 1,
}
