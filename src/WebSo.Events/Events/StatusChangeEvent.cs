namespace WebSo.Events;

/// <summary><c>STATUS_CHANGE</c>: the status of a signature request changed.</summary>
/// <remarks>A late retry can arrive after a newer change: compare <see cref="From"/> and <see cref="To"/> with what you know.</remarks>
public sealed record StatusChangeEvent() : WebSoEvent(WebSoEventNames.StatusChange)
{
    /// <summary>The old status, the property <c>from</c>. <c>default</c> where it is absent.</summary>
    public required SignatureRequestStatus From { get; init; }

    /// <summary>The new status, the property <c>to</c>. <c>default</c> where it is absent.</summary>
    public required SignatureRequestStatus To { get; init; }
}
