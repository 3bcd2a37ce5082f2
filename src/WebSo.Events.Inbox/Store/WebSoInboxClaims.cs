namespace WebSo.Events;

/// <summary>What a worker got when it asked for work.</summary>
public sealed class WebSoInboxClaims
{
    /// <summary>Nothing, and nothing to come by itself.</summary>
    public static WebSoInboxClaims None { get; } = new([], null);

    /// <summary>Creates it.</summary>
    public WebSoInboxClaims(IReadOnlyList<WebSoInboxClaim> claims, TimeSpan? nextDue) => (Claims, NextDue) = (claims, nextDue);

    /// <summary>The claims.</summary>
    public IReadOnlyList<WebSoInboxClaim> Claims { get; }

    /// <summary>
    /// How long from now until the next head of a queue is due by itself; null: none is known. Zero where more are due than were asked for.
    /// </summary>
    public TimeSpan? NextDue { get; }
}
