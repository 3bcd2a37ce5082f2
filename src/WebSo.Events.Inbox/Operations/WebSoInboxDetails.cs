namespace WebSo.Events;

/// <summary>All that is stored of one delivery.</summary>
public sealed record WebSoInboxDetails
{
    /// <summary>What a list shows of it.</summary>
    public required WebSoInboxEntry Entry { get; init; }

    /// <summary>Where and when it came, with the exact body; with an empty one where <see cref="BodyError"/> says that it is damaged.</summary>
    public required WebSoEventContext Context { get; init; }

    /// <summary>Why the database can't read the stored body, as after a failure of the disk; null where it can.</summary>
    public string? BodyError { get; init; }

    /// <summary>The handlers that completed, with time and duration, and the ends of all runs, in order.</summary>
    public IReadOnlyList<WebSoInboxOutcome> Outcomes { get; init; } = [];

    /// <summary>The names of the handlers that completed in the last run.</summary>
    public IReadOnlyList<string> CompletedHandlers
    {
        get
        {
            var run = Outcomes.Count == 0 ? 1 : Outcomes.Max(outcome => outcome.Run);
            return [.. Outcomes.Where(outcome => outcome.Run == run).Select(outcome => outcome.HandlerName).OfType<string>()];
        }
    }
}
