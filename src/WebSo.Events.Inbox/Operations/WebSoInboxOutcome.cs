namespace WebSo.Events;

/// <summary>What became of a delivery: one for each handler that completed, and one for the end of each run.</summary>
public sealed record WebSoInboxOutcome
{
    /// <summary>1 for the first run; each replay begins another.</summary>
    public required int Run { get; init; }

    /// <summary>The handler that completed; null for the end of the run.</summary>
    public required string? HandlerName { get; init; }

    /// <summary>The state in which the run ended; <see cref="WebSoInboxState.Handled"/> for a handler.</summary>
    public required WebSoInboxState State { get; init; }

    /// <summary>When, in UTC.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>The attempt in which it ended; 0 where none was made.</summary>
    public required int Attempts { get; init; }

    /// <summary>How long the handler took, or the last attempt; zero where none was made.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The error; null where there was none.</summary>
    public required string? Error { get; init; }
}
