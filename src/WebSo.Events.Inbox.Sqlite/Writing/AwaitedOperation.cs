namespace WebSo.Events;

// A write that someone waits for. Its continuation does not run on the writer's thread.
// One that is not abandonable is cancelled between its tries only: what it commits, someone must know of.
internal sealed class AwaitedOperation<T>(Func<WriteSession, T> write, int bytes, bool isAbandonable) : WriteOperation
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object _gate = new();
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellationToken;
    private bool _isTaken;
    private bool _isSettled;
    private T _result = default!;

    public override int Bytes => bytes;

    public Task<T> Task => _completion.Task;

    // Before it is queued: afterwards it may be done already, and the registration would stay for as long as the token.
    public void CancelOn(CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
        if (cancellationToken.CanBeCanceled)
            _registration = cancellationToken.Register(Cancel);
    }

    public void Withdraw() => _registration.Dispose();

    public override bool TryTake()
    {
        lock (_gate)
        {
            _isTaken = !_completion.Task.IsCompleted && !(_cancellationToken.IsCancellationRequested && TryCancel());
            return _isTaken;
        }
    }

    public override void GiveBack()
    {
        lock (_gate)
            _isTaken = false;
    }

    public override void Execute(WriteSession session) => _result = write(session);

    public override void Settle()
    {
        lock (_gate)
            _isSettled = true;
    }

    public override void Complete()
    {
        _completion.TrySetResult(_result);
        _registration.Dispose();
    }

    public override void Fail(Exception failure)
    {
        _completion.TrySetException(failure);
        _registration.Dispose();
    }

    private void Cancel()
    {
        lock (_gate)
        {
            if (!_isSettled && (isAbandonable || !_isTaken))
                TryCancel();
        }
    }

    private bool TryCancel() => _completion.TrySetCanceled(_cancellationToken);
}
