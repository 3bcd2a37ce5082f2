namespace WebSo.Events;

// Awaits an IAsyncResult that is not completed yet. FromAsync also waits for the callback of a completed one, which the managed HttpListener
// posts to the thread pool: most bodies arrive with the head, and would wait for nothing.
internal sealed class AsyncCompletion() : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public static AsyncCallback Callback { get; } = static result => ((AsyncCompletion)result.AsyncState!).TrySetResult(true);
}
