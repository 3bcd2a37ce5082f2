namespace WebSo.Events.Inbox.Engine;

// A transaction of the writer, and the leases that it grants. They become valid with the COMMIT.
internal sealed class WriteTransaction(InboxWriter writer, SqlSession session, long token)
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_heartbeatInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_downtime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestDowntime = TimeSpan.FromDays(7);

    private readonly Dictionary<string, EndpointState> _endpoints = new(StringComparer.Ordinal);
    private readonly List<(IInboxWorker Worker, Lease Lease)> _handedOver = [];
    private readonly List<IInboxWorker> _reserved = [];
    private readonly HashSet<string> _due = new(StringComparer.Ordinal);
    private Action? _afterCommit;

    public static DateTime Never => DateTime.MaxValue;

    public SqlSession Session => session;

    public InboxDialect Dialect => writer.Dialect;

    // The token of all leases that this transaction grants.
    public long Token => token;

    // The current time of the database.
    public DateTime Now { get; private set; }

    public DateTime LeaseEnd => Now + writer.Leases.Duration;

    // The start of the transaction by the clock that measures leases in this process. A COMMIT can take long, so leases count from here.
    public long BegunAt { get; } = writer.Timestamp;

    public void Begin(IReadOnlyCollection<string> endpoints, IReadOnlyCollection<long> unknownTokens)
    {
        session.Begin();
        ReadEndpoints();
        foreach (var name in endpoints)
        {
            if (!_endpoints.ContainsKey(name))
                AddEndpoint(name);
        }

        foreach (var unknown in unknownTokens)
            session.Execute(LeaseSql.ReleaseToken, Now, unknown);
        foreach (var name in writer.ReceivingEndpoints.OrderBy(static name => name, StringComparer.Ordinal))
            WriteHeartbeat(name);
        foreach (var watched in writer.WatchedEndpoints)
            WatchClock(watched.Key, watched.Value);
    }

    public void AddEndpoint(string name)
    {
        session.ExecuteRows(AppendSql.AddEndpoint, [], [[name, (long)InboxSchema.Version, Now]]);
        ReadEndpoints();
    }

    // Also false for an endpoint that has no row yet.
    public bool IsPaused(string endpoint) => _endpoints.TryGetValue(endpoint, out var state) && state.IsPaused;

    // The time that counts for duplicate windows: time in which a receiver was running.
    public DateTime DuplicateWindowTime(string endpoint) => _endpoints.TryGetValue(endpoint, out var state) ? Now - state.Downtime : Now;

    public TimeSpan LongestDowntime => _endpoints.Count == 0 ? TimeSpan.Zero : _endpoints.Values.Max(state => state.Downtime);

    public IReadOnlyCollection<string> EndpointNames => _endpoints.Keys;

    // Reserves room for one delivery at the worker of an endpoint. Returns null if there is no worker or no room, or if the endpoint is
    // paused.
    public IInboxWorker? TryReserve(string endpoint)
    {
        if (IsPaused(endpoint) || writer.WorkerOf(endpoint) is not { } worker || !worker.TryReserve())
            return null;

        _reserved.Add(worker);
        return worker;
    }

    public void CancelReservation(IInboxWorker worker)
    {
        _reserved.Remove(worker);
        worker.CancelReservation();
    }

    public void HandOver(IInboxWorker worker, Lease lease) => _handedOver.Add((worker, lease));

    // Records that the endpoint has deliveries to claim.
    public void SignalWork(string endpoint) => _due.Add(endpoint);

    // Records that a later delivery waits behind one that this process may be handling.
    public void SetHasWaiting(long head) => writer.Leases.SetHasWaiting(head);

    // Updates the cached pause state and wakes the worker.
    public void SetPaused(string endpoint, bool isPaused)
    {
        if (_endpoints.TryGetValue(endpoint, out var state))
            _endpoints[endpoint] = state with { IsPaused = isPaused };
        SignalWork(endpoint);
    }

    // Changes a value of a row, so that the COMMIT has to write to disk.
    public bool Probe()
    {
        var state = _endpoints[""];
        session.Execute(LeaseSql.Heartbeat, state.AliveAt.AddTicks(10), 0L, "", state.AliveAt);
        return true;
    }

    public void LogUnreadable(string endpoint, Guid? deliveryId, string reason) => EngineLog.UnreadableRow(writer.Logger, endpoint, writer.Dialect.Name, deliveryId, reason, "It is a dead letter; later events of its document are handled.");

    // Defers an action until after the COMMIT, because the last statements are sent together with it.
    public void AfterCommit(Action action) => _afterCommit += action;

    public void Committed()
    {
        _afterCommit?.Invoke();
        foreach (var watched in writer.WatchedEndpoints)
            writer.WatchedEndpoints[watched.Key] = Now;
        foreach (var (worker, lease) in _handedOver)
        {
            writer.Leases.Add(lease);
            worker.Start(lease, BegunAt);
        }

        foreach (var endpoint in _due.Where(endpoint => !IsPaused(endpoint)))
        {
            writer.WorkerOf(endpoint)?.Wake();
            writer.Dialect.Notify(endpoint);
        }
    }

    // Call after a rollback: reservations are released, and nothing is handed over.
    public void RolledBack()
    {
        foreach (var worker in _reserved)
            worker.CancelReservation();
        _reserved.Clear();
        _handedOver.Clear();
    }

    private void ReadEndpoints()
    {
        var version = 0L;
        session.Query(AppendSql.ReadEndpoints, [writer.Time], row =>
        {
            Now = row.Time(5);
            version = Math.Max(version, row.Number(1));
            _endpoints[row.Text(0)] = new EndpointState(row.Number(2) != 0, row.Time(3), FromMicroseconds(row.Number(4)));
        });
        InboxSchema.EnsureKnown(version, writer.Dialect);
    }

    // Records the heartbeat of an endpoint that this process receives for. A gap is time without a receiver, or a clock step. Neither
    // counts for duplicate windows, and after either it is unknown whether leases were renewed.
    private void WriteHeartbeat(string endpoint)
    {
        if (!_endpoints.TryGetValue(endpoint, out var state))
            return;

        var gap = Now - state.AliveAt;
        var hasSteppedBack = gap < -s_minute;
        if (!hasSteppedBack && gap < s_heartbeatInterval)
            return;

        var downtime = gap <= s_downtime ? TimeSpan.Zero : gap < s_longestDowntime ? gap : s_longestDowntime;
        if (session.Execute(LeaseSql.Heartbeat, Now, ToMicroseconds(downtime), endpoint, state.AliveAt) == 0)
        {
            // Another process was faster and has counted the downtime.
            ReadEndpoints();
            return;
        }

        _endpoints[endpoint] = state with { AliveAt = Now, Downtime = state.Downtime + downtime };
        FollowClock(endpoint, gap);
    }

    // In the first transaction, only a heartbeat in the future reveals a clock step.
    private void WatchClock(string endpoint, DateTime last)
    {
        if (_endpoints.TryGetValue(endpoint, out var state))
            FollowClock(endpoint, last > DateTime.MinValue ? Now - last : state.AliveAt > Now ? Now - state.AliveAt : TimeSpan.Zero);
    }

    private void FollowClock(string endpoint, TimeSpan gap)
    {
        var hasSteppedBack = gap < -s_minute;
        if (hasSteppedBack || gap > s_downtime)
            session.Execute(LeaseSql.RestartAll, LeaseEnd, Now, endpoint, Never);
        if (!hasSteppedBack)
            return;

        session.Execute(LeaseSql.MakeDue, Now, endpoint, Never);
        SignalWork(endpoint);
        EngineLog.ClockSteppedBack(writer.Logger, endpoint, writer.Dialect.Name, -gap);
    }

    private static TimeSpan FromMicroseconds(long value) => TimeSpan.FromTicks(value * 10);

    private static long ToMicroseconds(TimeSpan value) => value.Ticks / 10;
}
