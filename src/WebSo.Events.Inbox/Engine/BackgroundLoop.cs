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
}
