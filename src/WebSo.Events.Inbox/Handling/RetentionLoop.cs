namespace WebSo.Events.Handling;

// Removes what is kept long enough, in small batches, so that calls need not wait for long.
internal sealed class RetentionLoop(InboxEndpoint endpoint)
{
    private const int BatchSize = 500;

    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private readonly ThrottledLine<Exception> _failed = new(
        endpoint.TimeProvider, (count, latest) => InboxLog.PurgeFailed(endpoint.Logger, latest, count, endpoint.Name));

    public Task RunAsync(CancellationToken stopping) =>
        BackgroundLoop.Repeat(s_interval, () => TryPurgeAsync(stopping), endpoint.TimeProvider, stopping, beginsAtOnce: true);

    private async Task TryPurgeAsync(CancellationToken stopping)
    {
        try
        {
            var current = endpoint.Options;
            await PurgeAsync(WebSoInboxState.Handled, current.Retention, stopping).ConfigureAwait(false);
            await PurgeAsync(WebSoInboxState.Discarded, current.Retention, stopping).ConfigureAwait(false);
            await PurgeAsync(WebSoInboxState.Unhandled, current.UnhandledRetention, stopping).ConfigureAwait(false);
            await PurgeAsync(WebSoInboxState.Malformed, current.UnhandledRetention, stopping).ConfigureAwait(false);
            while (await endpoint.Engine.PurgeDuplicatesAsync(BatchSize, stopping).ConfigureAwait(false) == BatchSize)
            {
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            _failed.Add(failure);
        }
    }

    private async Task PurgeAsync(WebSoInboxState state, TimeSpan age, CancellationToken stopping)
    {
        if (age == Timeout.InfiniteTimeSpan)
            return;

        while (await endpoint.Engine.PurgeAsync(endpoint.Name, state, age, BatchSize, stopping).ConfigureAwait(false) == BatchSize)
        {
        }
    }
}
