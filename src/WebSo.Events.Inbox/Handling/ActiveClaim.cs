using System.Diagnostics;

namespace WebSo.Events;

// A claim while its handlers run.
internal sealed class ActiveClaim : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private volatile bool _isLost;
    private volatile bool _isHeld;
    private int _isSlotFree;
    private ITimer? _expiry;
    private bool _isDisposed;

    public ActiveClaim(WebSoInboxClaim claim) => (Claim, Token) = (claim, _cancellation.Token);

    public WebSoInboxClaim Claim { get; }

    public CancellationToken Token { get; }

    public bool IsLost => _isLost;

    // The span of the attempt; null where nobody listens.
    public Activity? Activity { get; set; }

    public Task Completion { get; set; } = Task.CompletedTask;

    // True for the first call: a slot is given back once, when the handling ends or when a handler does not.
    public bool TryFreeSlot() => Interlocked.Exchange(ref _isSlotFree, 1) == 0;

    // A handler ignores its token. Not the same as being without a slot, as each is for a moment when it ends.
    public bool IsHeld
    {
        get => _isHeld;
        set => _isHeld = value;
    }

    public bool HasSlot => Volatile.Read(ref _isSlotFree) == 0;

    public void Lose()
    {
        _isLost = true;
        Cancel();
    }

    // Unless it is told so again before.
    public void LoseAfter(TimeSpan time, TimeProvider timeProvider)
    {
        lock (_cancellation)
        {
            if (_isDisposed)
                return;
            _expiry ??= timeProvider.CreateTimer(_ => Lose(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _expiry.Change(time, Timeout.InfiniteTimeSpan);
        }
    }

    // Safe after its handling ended: whoever cancels goes through a snapshot.
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
            _expiry?.Dispose();
            _cancellation.Dispose();
        }
    }
}
