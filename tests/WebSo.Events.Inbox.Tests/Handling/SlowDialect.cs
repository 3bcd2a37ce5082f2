namespace WebSo.Events.Inbox.Tests;

// A dialect that is slow on request: before each transaction, which then fails once, or in each COMMIT.
internal sealed class SlowDialect(InboxDialect inner, Action passTime, bool beforeCommit) : DelegatingDialect(inner)
{
    private bool _hasFailed;
    private int _commits;

    public bool IsSlow { get; set; }

    public int Commits => Volatile.Read(ref _commits);

    public override FailureKind Classify(Exception failure) => failure is IOException ? FailureKind.Unavailable : base.Classify(failure);

    public override void BeforeTransaction()
    {
        if (!IsSlow || beforeCommit)
            return;

        _hasFailed = !_hasFailed;
        if (!_hasFailed)
            return;

        passTime();
        throw new IOException("The database is away.");
    }

    public override void BeforeCommit()
    {
        Interlocked.Increment(ref _commits);
        if (IsSlow && beforeCommit)
            passTime();
    }
}
