namespace WebSo.Events.Engine;

// Runs what goes on for the life of the process, without what is ambient where it is started: a span or a scope of the start would
// else be the parent of all that follows.
internal static class BackgroundLoop
{
    public static Task Run(Func<Task> loop)
    {
        if (ExecutionContext.IsFlowSuppressed())
            return Task.Run(loop);

        using (ExecutionContext.SuppressFlow())
            return Task.Run(loop);
    }

    // Does something after each pause, until the token is canceled.
    public static Task Repeat(TimeSpan pause, Func<Task> action, TimeProvider timeProvider, CancellationToken stopping, bool beginsAtOnce = false) => Run(async () =>
    {
        try
        {
            if (beginsAtOnce)
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
