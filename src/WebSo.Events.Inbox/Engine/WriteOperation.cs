namespace WebSo.Events.Inbox.Engine;

// An operation that is written in a transaction shared with others.
internal abstract class WriteOperation
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Ended = 2;

    private int _state;

    // True if a COMMIT whose outcome is unknown may have written the operation.
    public bool IsRepeated { get; set; }

    // True if a row that the operation needs was locked for long. It is then written alone, so that it delays no others.
    public bool IsAlone { get; set; }

    // True if a batch with the operation failed and the database was not the cause, so that the operation may be at fault.
    public bool IsSuspect { get; set; }

    public bool IsCanceled => Volatile.Read(ref _state) == Ended;

    // If true, a commit starts immediately; otherwise the operation joins the next commit.
    public virtual bool IsUrgent => true;

    // The number of bytes that count against the bound of the queue.
    public virtual int Bytes => 0;

    // Call before each try. Returns false if the caller has left.
    public bool TryStart() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    // Call after a try that failed or whose outcome is unknown. If the caller has left, the operation is not tried again.
    public virtual void Requeue() => Interlocked.CompareExchange(ref _state, Waiting, Taken);

    // Call after the commit.
    public abstract void Complete();

    public abstract void Fail(Exception failure);

    protected bool TryCancel() => Interlocked.CompareExchange(ref _state, Ended, Waiting) == Waiting;
}

// An operation with a result. The transaction sets the result; the commit makes it visible to the caller.
internal abstract class WriteOperation<T> : WriteOperation
{
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _token;

    public Task<T> Task => _source.Task;

    public T Result { get; set; } = default!;

    // If true, the caller may leave during a write, without knowing the outcome. If false, the caller waits until the try has ended.
    protected virtual bool IsAbandonable => true;

    public void CancelOn(CancellationToken cancellationToken)
    {
        _token = cancellationToken;
        if (cancellationToken.CanBeCanceled)
            _cancellation = cancellationToken.Register(Cancel);
    }

    public override void Requeue()
    {
        base.Requeue();
        if (_token.IsCancellationRequested && TryCancel())
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
        if (TryCancel() || IsAbandonable)
            _source.TrySetCanceled(_token);
    }
}
