namespace WebSo.Events.Inbox.Engine;

// The state of a batch that is tried until it is written.
internal sealed class WriteRetry(long token)
{
    private static readonly TimeSpan s_maxPause = TimeSpan.FromMilliseconds(500);

    // All tries use one lease token: if the outcome of several COMMITs is unknown, one statement releases the leases that they granted.
    public long Token => token;

    // The pause before the next try.
    public TimeSpan Pause { get; private set; } = TimeSpan.FromMilliseconds(20);

    // True until a try has failed.
    public bool IsFirstFailure { get; set; } = true;

    // How often the batch met a lock.
    public int BusyTries { get; set; }

    public void DoublePause() => Pause = Pause + Pause > s_maxPause ? s_maxPause : Pause + Pause;
}
