namespace WebSo.Events.Inbox.Engine;

// Runs loops that last as long as the process. Suppresses the flow of the execution context, because otherwise a span or logging scope of
// the start would be the parent of everything in the loop.
internal static class BackgroundLoop
{
    public static Task Run(Func<Task> loop)
    {
        if (ExecutionContext.IsFlowSuppressed())
            return Task.Run(loop);

        using (ExecutionContext.SuppressFlow())
            return Task.Run(loop);
    }

    // Repeats an action with a pause before each run, until the token is canceled.
    public static Task Repeat(TimeSpan pause, Func<Task> action, TimeProvider timeProvider, CancellationToken stopping, bool startsImmediately = false) => Run(async () =>
    {
        try
        {
            if (startsImmediately)
                await action().ConfigureAwait(false);
            while (true)
            {
                await timeProvider.WaitAsync(pause, stopping).ConfigureAwait(false);
                await action().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    });
}
