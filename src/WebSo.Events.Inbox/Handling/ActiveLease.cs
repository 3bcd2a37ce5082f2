namespace WebSo.Events.Inbox.Handling;

// A lease that this process holds: waiting for a slot, being handled, or waiting until its result is committed.
internal sealed class ActiveLease(Lease lease, long grantedAt) : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private long _renewedAt = grantedAt;
    private volatile bool _isLost;
    private volatile bool _isStuck;
    private volatile bool _isMarked;
    private int _isSlotReleased;
    private bool _isDisposed;

    public Lease Lease => lease;

    public CancellationToken Token => _cancellation.Token;

    // When the lease was last granted or renewed, by the clock of this process.
    public long RenewedAt
    {
        get => Interlocked.Read(ref _renewedAt);
        set => Interlocked.Exchange(ref _renewedAt, value);
    }

    public bool IsLost => _isLost;

    // True if a handler ignores its canceled token.
    public bool IsStuck
    {
        get => _isStuck;
        set => _isStuck = value;
    }

    // True if the result, which also ends the lease, is waiting to be committed.
    public bool IsResultPending
    {
        get => _isMarked;
        set => _isMarked = value;
    }

    public Task Completion { get; set; } = Task.CompletedTask;

    // Returns true on the first call only. A slot is released once: when the handlers have returned, or when one does not return in time.
    public bool TryReleaseSlot() => Interlocked.Exchange(ref _isSlotReleased, 1) == 0;

    public void MarkLost()
    {
        _isLost = true;
        Cancel();
    }

    public void Cancel()
    {
        lock (_cancellation)
        {
            if (!_isDisposed)
                _ = _cancellation.CancelAsync();
        }
    }

    public void Dispose()
    {
        lock (_cancellation)
        {
            _isDisposed = true;
            _cancellation.Dispose();
        }
    }
}
