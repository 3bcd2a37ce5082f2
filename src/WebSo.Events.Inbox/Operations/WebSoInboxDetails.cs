namespace WebSo.Events;

/// <summary>All that is stored of one delivery.</summary>
public sealed class WebSoInboxDetails
{
    /// <summary>Creates it.</summary>
    public WebSoInboxDetails(WebSoInboxEntry entry, WebSoEventContext context, IReadOnlyList<string> completedHandlers) =>
        (Entry, Context, CompletedHandlers) = (entry, context, completedHandlers);

    /// <summary>What a list shows of it.</summary>
    public WebSoInboxEntry Entry { get; }

    /// <summary>Where and when it came, with the exact body.</summary>
    public WebSoEventContext Context { get; }

    /// <summary>The names of the handlers that completed in the last run.</summary>
    public IReadOnlyList<string> CompletedHandlers { get; }

    /// <summary>The handlers that completed, with time and duration, and the ends of all runs, in order.</summary>
    public IReadOnlyList<WebSoInboxOutcome> Outcomes { get; init; } = [];
}
