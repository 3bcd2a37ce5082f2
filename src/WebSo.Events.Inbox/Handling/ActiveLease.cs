namespace WebSo.Events.Handling;

// A lease while this process has it: waiting for a slot, being handled, or waiting for its mark to be committed.
internal sealed class ActiveLease(Lease lease, long grantedAt) : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private long _renewedAt = grantedAt;
    private volatile bool _isLost;
    private volatile bool _isHeld;
    private volatile bool _isMarked;
    private int _isSlotFree;
    private bool _isDisposed;

    public Lease Lease => lease;

    public CancellationToken Token => _cancellation.Token;

    // By the clock of this process: when it was granted or renewed last.
    public long RenewedAt
    {
        get => Interlocked.Read(ref _renewedAt);
        set => Interlocked.Exchange(ref _renewedAt, value);
    }

    public bool IsLost => _isLost;

    // A handler ignores its token.
    public bool IsHeld
    {
        get => _isHeld;
        set => _isHeld = value;
    }

    // What became of it waits to be written, and with it the lease.
    public bool IsMarked
    {
        get => _isMarked;
        set => _isMarked = value;
    }

    public Task Completion { get; set; } = Task.CompletedTask;

    // True for the first call: a slot is given back once, when the handlers have returned or when one does not.
    public bool TryFreeSlot() => Interlocked.Exchange(ref _isSlotFree, 1) == 0;

    public void Lose()
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
