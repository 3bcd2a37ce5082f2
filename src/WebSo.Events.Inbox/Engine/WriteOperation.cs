namespace WebSo.Events.Engine;

// One thing to be written, within a transaction that it shares with others.
internal abstract class WriteOperation
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Ended = 2;

    private int _state;

    // A COMMIT whose outcome is unknown may have written it.
    public bool IsRepeated { get; set; }

    // A row that it needs was locked for long. It is written alone, so that it holds up nothing but itself.
    public bool IsAlone { get; set; }

    // A batch with it failed, and not because of the database: perhaps it is the one at fault.
    public bool IsSuspect { get; set; }

    public bool IsWithdrawn => Volatile.Read(ref _state) == Ended;

    // Whether a commit is begun for it at once; else it joins the next one, soon.
    public virtual bool IsUrgent => true;

    // What it takes of the bounded queue.
    public virtual int Bytes => 0;

    // Before each try. False: nobody waits for it any more.
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    // After a try that wrote nothing, or perhaps. It is not tried again for a caller who has left.
    public virtual void GiveBack() => Interlocked.CompareExchange(ref _state, Waiting, Taken);

    // After the commit.
    public abstract void Complete();

    public abstract void Fail(Exception failure);

    protected bool TryWithdraw() => Interlocked.CompareExchange(ref _state, Ended, Waiting) == Waiting;
}

// With a result, which the transaction sets and the commit makes true.
internal abstract class WriteOperation<T> : WriteOperation
{
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _token;

    public Task<T> Task => _source.Task;

    public T Result { get; set; } = default!;

    // Whether the caller may leave while it is written, so that it is not known whether it was. False: then the caller waits for the end of the try.
    protected virtual bool IsAbandonable => true;

    public void CancelOn(CancellationToken cancellationToken)
    {
        _token = cancellationToken;
        if (cancellationToken.CanBeCanceled)
            _cancellation = cancellationToken.Register(Cancel);
    }

    public override void GiveBack()
    {
        base.GiveBack();
        if (_token.IsCancellationRequested && TryWithdraw())
            _source.TrySetCanceled(_token);
    }

    public override void Complete()
    {
        _cancellation.Dispose();
        _source.TrySetResult(Result);
    }

    public override void Fail(Exception failure)
    {
        _cancellation.Dispose();
        _source.TrySetException(failure);
    }

    private void Cancel()
    {
        if (TryWithdraw() || IsAbandonable)
            _source.TrySetCanceled(_token);
    }
}
