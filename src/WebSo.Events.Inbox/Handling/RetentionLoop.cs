namespace WebSo.Events.Inbox.Handling;

// Removes deliveries after their retention, in small batches so that calls do not wait long.
internal sealed class RetentionLoop(InboxEndpoint endpoint)
{
    private const int BatchSize = 500;

    // The number of rows per state that can't be removed and are skipped, each tried alone, until the next interval.
    private const int MaxStuck = 20;

    // After this many consecutive failures the database is at fault, not a row.
    private const int MaxOutages = 3;

    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private readonly ThrottledLine<Exception> _failed = new(
        endpoint.TimeProvider, (count, latest) => InboxLog.PurgeFailed(endpoint.Logger, latest, count, endpoint.Name));

    public Task RunAsync(CancellationToken stopping) =>
        BackgroundLoop.Repeat(s_interval, () => PurgeAsync(stopping), endpoint.TimeProvider, stopping, startsImmediately: true);

    private async Task PurgeAsync(CancellationToken stopping)
    {
        await PurgeStateAsync(WebSoInboxState.Handled, static options => options.Retention, stopping).ConfigureAwait(false);
        await PurgeStateAsync(WebSoInboxState.Discarded, static options => options.Retention, stopping).ConfigureAwait(false);
        await PurgeStateAsync(WebSoInboxState.Unhandled, static options => options.UnhandledRetention, stopping).ConfigureAwait(false);
        await PurgeStateAsync(WebSoInboxState.Malformed, static options => options.UnhandledRetention, stopping).ConfigureAwait(false);
        await PurgeAsync((count, skip) => skip > 0 ? Task.FromResult(0) : endpoint.Engine.PurgeDuplicatesAsync(count, stopping), stopping).ConfigureAwait(false);
    }

    private Task PurgeStateAsync(WebSoInboxState state, Func<WebSoInboxOptions, TimeSpan> ageOf, CancellationToken stopping) => PurgeAsync(
        (count, skip) => ageOf(endpoint.Options) is var age && age == Timeout.InfiniteTimeSpan
            ? Task.FromResult(0)
            : endpoint.Engine.PurgeAsync(endpoint.Name, state, age, count, stopping, skip),
        stopping);

    // A row that can't be removed must not keep the others. After a failure the rows of the batch are removed one at a time, and the faulty
    // one is skipped.
    private async Task PurgeAsync(Func<int, int, Task<int>> purge, CancellationToken stopping)
    {
        var (alone, stuck, outages) = (0, 0, 0);
        while (stuck < MaxStuck)
        {
            var size = alone > 0 ? 1 : BatchSize;
            try
            {
                if (await purge(size, stuck).ConfigureAwait(false) < size)
                    return;
                (alone, outages) = (alone - 1, 0);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !stopping.IsCancellationRequested)
            {
                _failed.Add(failure);
                if (failure.InnerException is not { } cause || (endpoint.Engine.Dialect.Classify(cause) != FailureKind.Operation && ++outages == MaxOutages))
                    return;
                stuck += alone > 0 ? 1 : 0;
                alone = BatchSize;
            }
        }
    }
}
