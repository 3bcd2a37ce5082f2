namespace WebSo.Events;

/// <summary>The numbers of waiting and failed deliveries of an inbox.</summary>
public sealed record WebSoInboxBacklog
{
    /// <summary>The number of deliveries that wait to be handled.</summary>
    public required long Pending { get; init; }

    /// <summary>The number of deliveries that are being handled.</summary>
    public required long Handling { get; init; }

    /// <summary>The number of dead letters.</summary>
    public required long DeadLetters { get; init; }

    /// <summary>
    /// The number of documents whose later deliveries wait until a dead letter is replayed or discarded. Always 0 unless
    /// <see cref="WebSoInboxOptions.HoldDocumentAfterDeadLetter"/> is true.
    /// </summary>
    public required long HeldDocuments { get; init; }

    /// <summary>
    /// The number of handlers of this process that still run after <see cref="WebSoEventsOptions.HandlerTimeout"/> canceled their token.
    /// Later deliveries of their documents wait until they return or the process ends.
    /// </summary>
    public long StuckHandlers { get; init; }

    /// <summary>The age of the oldest delivery that is pending or being handled. Null if no delivery is.</summary>
    public required TimeSpan? OldestAge { get; init; }

    /// <summary>The names of the endpoints whose handling is paused.</summary>
    public required IReadOnlyList<string> PausedEndpoints { get; init; }
}
