namespace WebSo.Events;

/// <summary>Everything that is stored about a delivery.</summary>
public sealed record WebSoInboxDetails
{
    /// <summary>The entry of the delivery, as in a list.</summary>
    public required WebSoInboxEntry Entry { get; init; }

    /// <summary>The call with its exact body. The body is empty if <see cref="BodyError"/> is set.</summary>
    public required WebSoEventContext Context { get; init; }

    /// <summary>Why the stored body can't be read, for example after a disk error; null if it can be read.</summary>
    public string? BodyError { get; init; }

    /// <summary>The completed handlers and the results of all runs, in chronological order.</summary>
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
