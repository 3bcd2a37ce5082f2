namespace WebSo.Events;

/// <summary>What waits in an inbox and what is broken.</summary>
public sealed record WebSoInboxBacklog
{
    /// <summary>How many events are to be handled and not claimed.</summary>
    public required long Pending { get; init; }

    /// <summary>How many are being handled.</summary>
    public required long Handling { get; init; }

    /// <summary>
    /// How many of those have a handler in this process that runs on although its token was cancelled, at HandlerTimeout: each holds the
    /// later events of its document until the handler returns or the process ends. Zero where a store is asked, which does not know.
    /// </summary>
    public long HeldDocuments { get; init; }

    /// <summary>How many were given up.</summary>
    public required long DeadLetters { get; init; }

    /// <summary>How long ago the oldest of those pending or being handled was received; null where there is none.</summary>
    public required TimeSpan? OldestAge { get; init; }

    /// <summary>The endpoints whose handling is paused.</summary>
    public required IReadOnlyList<string> PausedEndpoints { get; init; }
}
