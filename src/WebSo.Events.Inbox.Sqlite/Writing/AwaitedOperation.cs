namespace WebSo.Events;

// A write that someone waits for. Its continuation does not run on the writer's thread.
internal sealed class AwaitedOperation<T>(Func<WriteSession, T> write, int bytes = 0) : WriteOperation
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _registration;
    private T _result = default!;

    public override bool IsWithdrawn => _completion.Task.IsCompleted;

    public override int Bytes => bytes;

    public Task<T> Task => _completion.Task;

    // Cancelled while it waits in the queue, it is not written; later, the result is not known.
    public void CancelOn(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
            _registration = cancellationToken.Register(() => _completion.TrySetCanceled(cancellationToken));
    }

    public override void Execute(WriteSession session) => _result = write(session);

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
}
