namespace WebSo.Events;

// Awaits an IAsyncResult that is not completed yet. FromAsync awaits one that is, too, and the managed HttpListener calls back by way of
// the thread pool even then: most bodies came with the head, and would wait for nothing.
internal sealed class AsyncCompletion() : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public static AsyncCallback Callback { get; } = static result => ((AsyncCompletion)result.AsyncState!).TrySetResult(true);
}
