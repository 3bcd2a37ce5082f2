using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

// Claims the events of an endpoint, and lets so many be handled at a time. The store sees to the order.
internal sealed class InboxWorker : IDisposable
{
    // After a failure that may come again at once.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    // What a handler may take to heed its token.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ActiveClaim, bool> _active = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly string _endpointName;
    private readonly IWebSoInboxStore _store;
    private readonly ClaimHandler _handler;
    private readonly IOptionsMonitor<WebSoInboxOptions> _options;
    private readonly IOptionsMonitor<WebSoEventsOptions> _endpointOptions;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly WakeUp _wake;
    private IDisposable? _subscription;
    private Task _claiming = Task.CompletedTask;
    private Task _renewing = Task.CompletedTask;
    private LeaseRenewal? _renewal;
    private int _used;

    public InboxWorker(
        string endpointName,
        IWebSoInboxStore store,
        ClaimHandler handler,
        IOptionsMonitor<WebSoInboxOptions> options,
        IOptionsMonitor<WebSoEventsOptions> endpointOptions,
        TimeProvider timeProvider,
        ILogger logger)
    {
        (_endpointName, _store, _handler) = (endpointName, store, handler);
        (_options, _endpointOptions, _timeProvider, _logger) = (options, endpointOptions, timeProvider, logger);
        _wake = new WakeUp(timeProvider);
    }

    // Those whose handler runs on though its token was cancelled.
    public int HeldDocuments => _active.Keys.Count(active => active.IsHeld);

    private WebSoInboxOptions Options => _options.Get(_endpointName);

    public void Start()
    {
        _subscription = _store.OnWork(endpoint =>
        {
            if (endpoint == _endpointName)
                _wake.Set();
        });
        if (_store.LeaseDuration is { } lease)
        {
            _renewal = new LeaseRenewal(_endpointName, _store, lease, _timeProvider, _logger);
            _renewing = BackgroundLoop.Run(() => _renewal.RunAsync(() => _active.Keys, _ended.Token));
        }

        _claiming = BackgroundLoop.Run(ClaimAsync);
    }

    // No new claims; then handlers may end until StopTimeout; then their tokens are cancelled.
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopping.IsCancellationRequested)
            return;

        await _stopping.CancelAsync().ConfigureAwait(false);
        _subscription?.Dispose();
        _wake.Set();
        await _claiming.ConfigureAwait(false);
        await WaitForHandlersAsync(Options.StopTimeout, cancellationToken).ConfigureAwait(false);
        foreach (var active in _active.Keys)
            active.Cancel();
        await WaitForHandlersAsync(s_grace, cancellationToken).ConfigureAwait(false);
        await _ended.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        foreach (var active in _active.Keys)
            _store.KeepUntil(active.Claim, active.Completion);
        if (!_active.IsEmpty)
            InboxLog.StoppedEarly(_logger, _endpointName, _active.Count);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _ended.Cancel();
        _stopping.Dispose();
        _ended.Dispose();
        _wake.Dispose();
    }

    private async Task WaitForHandlersAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var handlers = Task.WhenAll(_active.Keys.Where(active => active.HasSlot).Select(active => active.Completion));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(handlers, _timeProvider.WaitAsync(limit, end.Token)).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
    }

    // Nothing ends it but the stop: what it does not claim is not handled, while calls are still answered with 200.
    private async Task ClaimAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var wait = await ClaimOnceAsync().ConfigureAwait(false);
                if (wait > TimeSpan.Zero)
                    await _wake.WaitAsync(wait).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                InboxLog.ClaimFailed(_logger, failure, _endpointName);
                await PauseAsync().ConfigureAwait(false);
            }
        }
    }

    // How long to wait for a sign before the next try.
    private async Task<TimeSpan> ClaimOnceAsync()
    {
        var current = Options;
        var free = current.MaxConcurrency - Volatile.Read(ref _used);
        if (free <= 0)
            return current.PollInterval;

        var askedAt = _timeProvider.GetTimestamp();
        var claims = await _store.ClaimAsync(_endpointName, free, _stopping.Token).ConfigureAwait(false);
        foreach (var claim in claims.Claims)
        {
            var active = new ActiveClaim(claim);
            if (!_stopping.IsCancellationRequested && _renewal?.TryHold(active, askedAt) != false)
            {
                Begin(active);
                continue;
            }

            active.Dispose();
            await _store.ReleaseAsync(claim, CancellationToken.None).ConfigureAwait(false);
        }

        return claims.NextDue is { } due && due < current.PollInterval ? due : current.PollInterval;
    }

    private async Task PauseAsync()
    {
        try
        {
            await _timeProvider.WaitAsync(s_pause, _stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    private void Begin(ActiveClaim active)
    {
        Interlocked.Increment(ref _used);
        _active[active] = true;
        active.Completion = Task.Run(() => HandleAsync(active));
    }

    private async Task HandleAsync(ActiveClaim active)
    {
        try
        {
            await HandleWatchedAsync(active).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            await _handler.RecoverAsync(active, failure).ConfigureAwait(false);
        }
        finally
        {
            _active.TryRemove(active, out _);
            FreeSlot(active);
            active.Dispose();
        }
    }

    private async Task HandleWatchedAsync(ActiveClaim active)
    {
        var limit = _endpointOptions.Get(_endpointName).HandlerTimeout;
        using var watch = _timeProvider.CreateTimer(_ => ReleaseStuck(active), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Watch();
        await _handler.HandleAsync(active, onHandlerCompleted: Watch).ConfigureAwait(false);

        void Watch()
        {
            if (limit != Timeout.InfiniteTimeSpan)
                watch.Change(limit + s_grace, Timeout.InfiniteTimeSpan);
        }
    }

    private void ReleaseStuck(ActiveClaim active)
    {
        var claim = active.Claim;
        // Before another is handled in its place.
        active.IsHeld = true;
        if (FreeSlot(active))
            InboxLog.HandlerStuck(_logger, LogText.Of(claim.EventName), LogText.Of(claim.DocumentId), claim.Context.DeliveryId, s_grace);
    }

    private bool FreeSlot(ActiveClaim active)
    {
        if (!active.TryFreeSlot())
            return false;

        Interlocked.Decrement(ref _used);
        _wake.Set();
        return true;
    }
}
