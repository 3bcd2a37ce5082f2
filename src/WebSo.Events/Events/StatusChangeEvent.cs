namespace WebSo.Events;

/// <summary>The event <c>STATUS_CHANGE</c>: the status of a signature request changed.</summary>
/// <remarks>
/// A late retry can arrive after a newer change. Compare <see cref="From"/> and <see cref="To"/> with the status that you have stored.
/// </remarks>
public sealed record StatusChangeEvent() : WebSoEvent(EventNames.StatusChange)
{
    /// <summary>Gets the old status (JSON property <c>from</c>). <c>default</c> if absent.</summary>
    public required SignatureRequestStatus From { get; init; }

    /// <summary>Gets the new status (JSON property <c>to</c>). <c>default</c> if absent.</summary>
    public required SignatureRequestStatus To { get; init; }
}
