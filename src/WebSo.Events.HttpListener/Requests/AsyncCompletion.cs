namespace WebSo.Events.Listener.Requests;

// Awaits an IAsyncResult that has not completed. TaskFactory.FromAsync waits for the callback even if the operation has completed, and the
// managed HttpListener posts that callback to the thread pool. Most bodies arrive together with the headers and need no wait.
internal sealed class AsyncCompletion() : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public static AsyncCallback Callback { get; } = static result => ((AsyncCompletion)result.AsyncState!).TrySetResult(true);
}
