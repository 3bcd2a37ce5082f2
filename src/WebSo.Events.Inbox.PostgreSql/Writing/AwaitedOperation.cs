namespace WebSo.Events;

// A write that someone waits for.
internal abstract class AwaitedOperation<T> : WriteOperation
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _registration;

    public override bool IsWithdrawn => _completion.Task.IsCompleted;

    public Task<T> Task => _completion.Task;

    public T Result { get; set; } = default!;

    // Cancelled while it waits in the queue, it is not written; later, the result is not known.
    public void CancelOn(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
            _registration = cancellationToken.Register(() => _completion.TrySetCanceled(cancellationToken));
    }

    public override void Complete()
    {
        _completion.TrySetResult(Result);
        _registration.Dispose();
    }

    public override void Fail(Exception failure)
    {
        _completion.TrySetException(failure);
        _registration.Dispose();
    }
}
