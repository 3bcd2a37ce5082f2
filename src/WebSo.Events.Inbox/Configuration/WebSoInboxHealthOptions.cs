namespace WebSo.Events;

/// <summary>
/// When the health of an inbox is degraded, and how long its check waits. Read from the section <c>Inbox:Health</c> of the endpoint's
/// configuration section, as <c>WebSoEvents:Inbox:Health</c>, then set in code. Validated when the host starts; a change takes effect at
/// the next start.
/// </summary>
public sealed class WebSoInboxHealthOptions
{
    /// <summary>How many dead letters are no reason for concern, from 0. Above it, the health is degraded.</summary>
    /// <value>Default: 0.</value>
    public long MaxDeadLetters { get; set; }

    /// <summary>
    /// How many documents may be held by a dead letter, with <see cref="WebSoAfterDeadLetter.HoldDocument"/>, from 0. Above it, the health is
    /// degraded.
    /// </summary>
    /// <value>Default: 0.</value>
    public long MaxHeldDocuments { get; set; }

    /// <summary>
    /// How many handlers of this process may still run although their token was canceled, from 0. Above it, the health is degraded.
    /// </summary>
    /// <value>Default: 0.</value>
    public int MaxStuckHandlers { get; set; }

    /// <summary>
    /// How long ago the oldest event that is not handled yet may have been received: from 1 second to 365 days. Above it, the health is
    /// degraded.
    /// </summary>
    /// <value>Default: 15 minutes.</value>
    public TimeSpan MaxOldestAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long the check waits for the store, from 10 ms to 1 minute. After it, the health is unhealthy.</summary>
    /// <value>Default: 5 seconds.</value>
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromSeconds(5);

    // What the configuration has and can't be read; the validator reports it.
    internal List<string> Problems { get; } = [];
}
