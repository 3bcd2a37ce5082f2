using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

// Removes what is kept long enough, in small batches, so that calls need not wait for long.
internal sealed class RetentionLoop(
    string endpointName,
    IWebSoInboxStore store,
    UnhandledBound unhandled,
    IOptionsMonitor<WebSoInboxOptions> options,
    TimeProvider timeProvider,
    ILogger logger)
{
    private const int BatchSize = 500;

    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await TryPurgeAsync(stopping).ConfigureAwait(false);
                await timeProvider.WaitAsync(s_interval, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private async Task TryPurgeAsync(CancellationToken stopping)
    {
        try
        {
            var current = options.Get(endpointName);
            await unhandled.TrimAsync(stopping).ConfigureAwait(false);
            await PurgeAsync(WebSoInboxState.Handled, current.Retention, stopping).ConfigureAwait(false);
            await PurgeAsync(WebSoInboxState.Discarded, current.Retention, stopping).ConfigureAwait(false);
            await PurgeAsync(WebSoInboxState.Unhandled, current.UnhandledRetention, stopping).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            InboxLog.PurgeFailed(logger, failure, endpointName);
        }
    }

    private async Task PurgeAsync(WebSoInboxState state, TimeSpan age, CancellationToken stopping)
    {
        if (age == Timeout.InfiniteTimeSpan)
            return;

        while (await store.PurgeAsync(endpointName, state, age, BatchSize, stopping).ConfigureAwait(false) == BatchSize)
        {
        }
    }
}
