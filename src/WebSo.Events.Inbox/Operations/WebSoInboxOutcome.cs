namespace WebSo.Events;

/// <summary>A result of a delivery: one per completed handler, and one per completed run.</summary>
public sealed record WebSoInboxOutcome
{
    /// <summary>The number of the run: 1 for the first run. Each replay starts a new run.</summary>
    public required int Run { get; init; }

    /// <summary>The name of the completed handler; null for the end of the run.</summary>
    public required string? HandlerName { get; init; }

    /// <summary>The state in which the run ended; <see cref="WebSoInboxState.Handled"/> for a handler.</summary>
    public required WebSoInboxState State { get; init; }

    /// <summary>When the handler or the run ended, in UTC.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>The number of the attempt in which the handler or the run ended; 0 if there was none.</summary>
    public required int Attempts { get; init; }

    /// <summary>The duration of the handler or of the last attempt; zero if there was none.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The error; null if there was none.</summary>
    public required string? Error { get; init; }
}
