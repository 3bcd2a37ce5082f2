namespace WebSo.Events;

/// <summary>What waits in an inbox and what has failed.</summary>
public sealed record WebSoInboxBacklog
{
    /// <summary>How many deliveries wait to be handled.</summary>
    public required long Pending { get; init; }

    /// <summary>How many deliveries are being handled.</summary>
    public required long Handling { get; init; }

    /// <summary>How many deliveries are dead letters.</summary>
    public required long DeadLetters { get; init; }

    /// <summary>
    /// How many documents are held by a dead letter, whose later deliveries wait until it is replayed or discarded. Always zero with
    /// <see cref="WebSoAfterDeadLetter.Continue"/>.
    /// </summary>
    public required long HeldDocuments { get; init; }

    /// <summary>
    /// How many handlers of this process still run although HandlerTimeout canceled their token. The later deliveries of their documents
    /// wait until they return or the process ends.
    /// </summary>
    public long StuckHandlers { get; init; }

    /// <summary>How long ago the oldest delivery that is pending or being handled was received; null if there is none.</summary>
    public required TimeSpan? OldestAge { get; init; }

    /// <summary>The endpoints whose handling is paused.</summary>
    public required IReadOnlyList<string> PausedEndpoints { get; init; }
}
