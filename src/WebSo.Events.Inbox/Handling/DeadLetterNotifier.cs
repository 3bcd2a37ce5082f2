using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace WebSo.Events.Inbox.Handling;

// Calls the OnDeadLetter delegate, one call at a time: immediately for new dead letters of this process, and by a periodic search for those
// whose call failed or was never made because the process ended.
internal sealed class DeadLetterNotifier(InboxEndpoint endpoint, Func<WebSoInboxDetails, IServiceProvider, CancellationToken, ValueTask> call) : IDisposable
{
    private const int PageSize = 500;
    private const int MaxPages = 20;
    private const int MaxCalls = 100;

    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longestInterval = TimeSpan.FromMinutes(15);

    private readonly ConcurrentQueue<long> _new = new();
    private readonly WakeSignal _wake = new(endpoint.TimeProvider);
    private readonly ThrottledLine<(Exception Failure, string What)> _failed = new(
        endpoint.TimeProvider, (count, latest) => InboxLog.OnDeadLetterFailed(endpoint.Logger, latest.Failure, count, endpoint.Name, latest.What));

    // The sequence after which the next search continues.
    private long _after;

    // The minimum age of a dead letter for the search to call the delegate; younger ones are called by the process that created them. Zero
    // for the first search, because that process may have ended.
    private TimeSpan _leastAge;

    // If the queue is full, a search finds the dead letter.
    public void Add(long sequence)
    {
        if (_new.Count < PageSize)
            _new.Enqueue(sequence);
        _wake.Set();
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        using var registration = stopping.Register(_wake.Set);
        var (interval, searchedAt) = (TimeSpan.Zero, endpoint.TimeProvider.GetTimestamp());
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                await CallNewAsync(stopping).ConfigureAwait(false);
                var left = interval - endpoint.TimeProvider.GetElapsedTime(searchedAt);
                if (left > TimeSpan.Zero)
                {
                    await _wake.WaitAsync(left).ConfigureAwait(false);
                    continue;
                }

                var succeeded = await TryAsync(SearchAsync, "searching for dead letters", stopping).ConfigureAwait(false);
                interval = succeeded || interval == TimeSpan.Zero ? s_interval : interval + interval < s_longestInterval ? interval + interval : s_longestInterval;
                (searchedAt, _leastAge) = (endpoint.TimeProvider.GetTimestamp(), s_interval);
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // A canceled call is repeated after the next start.
        }
    }

    public void Dispose() => _wake.Dispose();

    private async Task CallNewAsync(CancellationToken stopping)
    {
        while (_new.TryDequeue(out var sequence))
            await TryAsync(token => CallAsync(sequence, token), "searching for dead letters", stopping).ConfigureAwait(false);
    }

    private async Task<bool> CallAsync(long sequence, CancellationToken stopping)
    {
        var (found, _) = await FindAsync(sequence - 1, 1, stopping).ConfigureAwait(false);
        return found is not [{ IsCalled: false } deadLetter] || deadLetter.Sequence != sequence || await TryCallAsync(deadLetter, stopping).ConfigureAwait(false);
    }

    // Returns whether all calls succeeded. A search is bounded; the next search continues where this one stopped.
    private async Task<bool> SearchAsync(CancellationToken stopping)
    {
        var (calls, succeeded) = (0, true);
        for (var pages = 0; pages < MaxPages; pages++)
        {
            var (page, now) = await FindAsync(_after, PageSize, stopping).ConfigureAwait(false);
            foreach (var deadLetter in page)
            {
                _after = deadLetter.Sequence;

                // After the clock stepped back, EndedAt can be in the future.
                var age = now - deadLetter.EndedAt;
                if (deadLetter.IsCalled || (age >= TimeSpan.Zero && age < _leastAge))
                    continue;
                succeeded &= await TryCallAsync(deadLetter, stopping).ConfigureAwait(false);
                if (++calls == MaxCalls)
                    return succeeded;
                await CallNewAsync(stopping).ConfigureAwait(false);
            }

            if (page.Count < PageSize)
            {
                _after = 0;
                break;
            }
        }

        return succeeded;
    }

    private Task<(List<DeadLetter> Found, DateTime Now)> FindAsync(long after, int maxCount, CancellationToken cancellationToken) =>
        endpoint.Engine.Reader.ReadAsync((session, now) => (DeadLetter.Read(session, endpoint.Name, after, maxCount), now), cancellationToken);

    private Task<bool> TryCallAsync(DeadLetter deadLetter, CancellationToken stopping) =>
        TryAsync(token => CallAsync(deadLetter, token), $"delivery number {deadLetter.Sequence}", stopping);

    private async Task<bool> CallAsync(DeadLetter deadLetter, CancellationToken stopping) =>
        await endpoint.Engine.Reader.GetAsync(deadLetter.Sequence, stopping).ConfigureAwait(false) is not { Entry.State: WebSoInboxState.DeadLetter } details
        || await TryAsync(token => CallAsync(deadLetter, details, token), $"delivery {details.Entry.DeliveryId}", stopping).ConfigureAwait(false);

    private async Task<bool> CallAsync(DeadLetter deadLetter, WebSoInboxDetails details, CancellationToken stopping)
    {
        var begin = endpoint.TimeProvider.GetTimestamp();
        using (var timeout = endpoint.TimeProvider.CreateTimeout(endpoint.EndpointOptions.HandlerTimeout))
        using (timeout.CancelWith(stopping))
        {
            var scope = endpoint.Scopes.CreateAsyncScope();
            await using var disposal = scope.ConfigureAwait(false);
            await call(details, scope.ServiceProvider, timeout.Token).ConfigureAwait(false);
        }

        // The completed call is recorded even while the process stops.
        await endpoint.Engine.RecordCallAsync(deadLetter, endpoint.Name, endpoint.TimeProvider.GetElapsedTime(begin)).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> TryAsync(Func<CancellationToken, Task<bool>> action, string what, CancellationToken stopping)
    {
        stopping.ThrowIfCancellationRequested();
        try
        {
            return await action(stopping).ConfigureAwait(false);
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            _failed.Add((failure, what));
            return false;
        }
    }
}
