namespace WebSo.Events.Inbox.Handling;

// Handles the deliveries of an endpoint. Deliveries that this process stores are handed over in memory; all others are claimed from the
// store. MaxConcurrency bounds running handlers. A few more deliveries wait in memory while handlers are fast, and results wait for their
// commit without occupying a slot.
internal sealed class DeliveryWorker(InboxEndpoint endpoint) : IInboxWorker, IDisposable
{
    // The pause after a failed claim.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    // How long a handler may take to return after its token was canceled.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly Queue<ActiveLease> _ready = new();
    private readonly HashSet<ActiveLease> _active = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly DeliveryHandler _handler = new(endpoint);
    private readonly PrefetchLimit _prefetch = new(endpoint.TimeProvider);
    private readonly WakeSignal _wake = new(endpoint.TimeProvider);

    private readonly ThrottledLine<Exception> _claimFailed = new(
        endpoint.TimeProvider, (count, latest) => InboxLog.ClaimFailed(endpoint.Logger, latest, count, endpoint.Name));

    private Task _claiming = Task.CompletedTask;
    private Task _renewing = Task.CompletedTask;
    private int _reserved;
    private int _running;
    private bool _hasBacklog = true;

    // The number of handlers that still run after their token was canceled.
    public int StuckHandlers => Snapshot().Count(static active => active.IsStuck);

    public void Start()
    {
        endpoint.Engine.AttachWorker(endpoint.Name, this);
        _renewing = new LeaseRenewer(endpoint).RunAsync(Snapshot, _ended.Token);
        _claiming = BackgroundLoop.Run(ClaimAsync);
    }

    // New deliveries wait behind a backlog that was stored before them.
    public bool TryReserve()
    {
        lock (_gate)
        {
            if (_hasBacklog || _stopping.IsCancellationRequested || Room() <= 0)
                return false;

            _reserved++;
            return true;
        }
    }

    public void CancelReservation()
    {
        lock (_gate)
            _reserved--;
    }

    public void Start(Lease lease, long grantedAt) => Accept(lease, grantedAt, isReserved: true);

    public void Wake()
    {
        lock (_gate)
            _hasBacklog = true;
        _wake.Set();
    }

    // Accepts no new deliveries, releases those that have not started, waits up to DrainTimeout for running handlers, and then cancels their
    // tokens.
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopping.IsCancellationRequested)
            return;

        await _stopping.CancelAsync().ConfigureAwait(false);
        _wake.Set();
        await _claiming.ConfigureAwait(false);
        ReleaseReady();
        await WaitForHandlersAsync(endpoint.Options.DrainTimeout, cancellationToken).ConfigureAwait(false);
        foreach (var active in Snapshot())
            active.Cancel();
        await WaitForHandlersAsync(s_grace, cancellationToken).ConfigureAwait(false);
        endpoint.Engine.DetachWorker(endpoint.Name);
        await _ended.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        if (Snapshot() is { Count: > 0 } left)
            InboxLog.StoppedEarly(endpoint.Logger, endpoint.Name, left.Count);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _ended.Cancel();
        _stopping.Dispose();
        _ended.Dispose();
        _wake.Dispose();
    }

    private List<ActiveLease> Snapshot()
    {
        lock (_gate)
            return [.. _active];
    }

    // Call while holding _gate.
    private int Room() => endpoint.Options.MaxConcurrency + _prefetch.Value - _running - _ready.Count - _reserved;

    private async Task WaitForHandlersAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var handlers = Task.WhenAll(Snapshot().Where(active => !active.IsStuck).Select(active => active.Completion));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(handlers, endpoint.TimeProvider.WaitAsync(limit, end.Token)).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
    }

    // Only a stop may end this loop. Otherwise deliveries would be stored and answered with 200, but never handled.
    private async Task ClaimAsync()
    {
        var hasFailed = false;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (hasFailed)
                    await endpoint.TimeProvider.WaitAsync(s_pause, _stopping.Token).ConfigureAwait(false);
                hasFailed = false;
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
                _claimFailed.Add(failure);
                hasFailed = true;
            }
        }
    }

    // Returns how long to wait for a wake-up before the next claim.
    private async Task<TimeSpan> ClaimOnceAsync()
    {
        var (poll, name) = (endpoint.Options.PollInterval, endpoint.Name);
        var (room, hasBacklog) = TakeRoom();
        if (room <= 0)
            return poll;
        if (!hasBacklog && !await endpoint.Engine.Reader.HasDueAsync(name, _stopping.Token).ConfigureAwait(false))
            return poll;

        var claim = await endpoint.Engine.ClaimAsync(name, room, _stopping.Token).ConfigureAwait(false);
        foreach (var lease in claim.Leases)
            Accept(lease, claim.GrantedAt, isReserved: false);
        if (claim.NextDue == TimeSpan.Zero)
        {
            lock (_gate)
                _hasBacklog = true;
            return TimeSpan.Zero;
        }

        return claim.NextDue is { } due && due < poll ? due : poll;
    }

    // A wake-up during the claim sets _hasBacklog again.
    private (int Room, bool HasBacklog) TakeRoom()
    {
        lock (_gate)
        {
            var (room, hadBacklog) = (Room(), _hasBacklog);
            if (room > 0)
                _hasBacklog = false;
            return (room, hadBacklog);
        }
    }

    private void Accept(Lease lease, long grantedAt, bool isReserved)
    {
        var active = new ActiveLease(lease, grantedAt);
        lock (_gate)
        {
            if (isReserved)
                _reserved--;
            _active.Add(active);
            if (_stopping.IsCancellationRequested || _running >= endpoint.Options.MaxConcurrency)
                _ready.Enqueue(active);
            else
                Begin(active);
        }

        if (_stopping.IsCancellationRequested)
            ReleaseReady();
    }

    // Call while holding _gate.
    private void Begin(ActiveLease active)
    {
        _running++;
        active.Completion = Task.Run(() => HandleAsync(active));
    }

    private void ReleaseReady()
    {
        lock (_gate)
        {
            while (_ready.Count > 0)
            {
                var active = _ready.Dequeue();
                active.TryReleaseSlot();
                active.Completion = Task.Run(() => EndAsync(active, new LeaseUpdate(active.Lease, LeaseUpdateKind.Release)));
            }
        }
    }

    private async Task HandleAsync(ActiveLease active)
    {
        LeaseUpdate? update = null;
        try
        {
            var limit = endpoint.EndpointOptions.HandlerTimeout;
            using var watch = endpoint.TimeProvider.CreateTimer(_ => OnHandlerStuck(active), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Watch();
            update = await _handler.HandleAsync(active, Watch).ConfigureAwait(false);

            void Watch()
            {
                if (limit != Timeout.InfiniteTimeSpan)
                    watch.Change(limit + s_grace, Timeout.InfiniteTimeSpan);
            }
        }
        catch (Exception failure)
        {
            update = _handler.RetryAfterError(active.Lease, failure);
        }

        // The slot must be released in every case, otherwise it is lost until the process ends.
        ReleaseSlot(active);
        await EndAsync(active, update).ConfigureAwait(false);
    }

    // Runs without a slot, so that the duration of a commit does not limit the handlers.
    private async Task EndAsync(ActiveLease active, LeaseUpdate? update)
    {
        try
        {
            active.IsResultPending = update is not null;
            if (update is not null)
                await _handler.UpdateLeaseAsync(active, update).ConfigureAwait(false);
        }
        finally
        {
            endpoint.Engine.RemoveLease(active.Lease);
            lock (_gate)
                _active.Remove(active);
            active.Dispose();
        }
    }

    private void OnHandlerStuck(ActiveLease active)
    {
        active.IsStuck = true;
        if (ReleaseSlot(active))
        {
            var lease = active.Lease;
            InboxLog.HandlerStuck(endpoint.Logger, LogText.Of(lease.EventName), LogText.Of(lease.DocumentId), lease.Context.DeliveryId, s_grace);
        }
    }

    private bool ReleaseSlot(ActiveLease active)
    {
        if (!active.TryReleaseSlot())
            return false;

        bool claims;
        lock (_gate)
        {
            _running--;
            _prefetch.RecordHandled();
            if (_ready.Count > 0 && !_stopping.IsCancellationRequested)
                Begin(_ready.Dequeue());

            // Wakes the claim loop only when several slots are free, so that one claim gets several deliveries.
            claims = _hasBacklog && Room() > _prefetch.Value / 2;
        }

        if (claims)
            _wake.Set();
        return true;
    }
}
