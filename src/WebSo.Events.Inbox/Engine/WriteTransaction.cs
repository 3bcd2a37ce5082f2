namespace WebSo.Events.Engine;

// A transaction of the writer, and what it has granted: that becomes true with its COMMIT.
internal sealed class WriteTransaction(InboxWriter writer, SqlSession session, long token)
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_signInterval = TimeSpan.FromSeconds(10);
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

    // Of all leases that this transaction grants.
    public long Token => token;

    // The database's time.
    public DateTime Now { get; private set; }

    public DateTime LeaseEnd => Now + writer.Leases.Term;

    // When it began, by the clock that measures leases in this process: a COMMIT may take long.
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
        foreach (var name in writer.Receiving.OrderBy(static name => name, StringComparer.Ordinal))
            GiveSignOfLife(name);
        foreach (var watched in writer.Watched)
            WatchClock(watched.Key, watched.Value);
    }

    public void AddEndpoint(string name)
    {
        session.ExecuteRows(AppendSql.AddEndpoint, [], [[name, (long)InboxSchema.Version, Now]]);
        ReadEndpoints();
    }

    // False also for one that nobody has stored to.
    public bool IsPaused(string endpoint) => _endpoints.TryGetValue(endpoint, out var state) && state.IsPaused;

    // The time that counts for duplicates: that in which a receiver ran.
    public DateTime CountedTime(string endpoint) => _endpoints.TryGetValue(endpoint, out var state) ? Now - state.Downtime : Now;

    public TimeSpan LongestDowntime => _endpoints.Count == 0 ? TimeSpan.Zero : _endpoints.Values.Max(state => state.Downtime);

    public IReadOnlyCollection<string> EndpointNames => _endpoints.Keys;

    // The worker that takes one more delivery of an endpoint at once; null: there is none, or no room, or the endpoint is paused.
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

    // Something of an endpoint can be claimed.
    public void NoteDue(string endpoint) => _due.Add(endpoint);

    // A later delivery waits behind one that this process may be handling.
    public void NoteWaiting(long head) => writer.Leases.NoteWaiting(head);

    // What is claimable after a pause.
    public void NoteResumed(string endpoint, bool isPaused)
    {
        if (_endpoints.TryGetValue(endpoint, out var state))
            _endpoints[endpoint] = state with { IsPaused = isPaused };
        NoteDue(endpoint);
    }

    // A row that is set to another value, so that the disk is written.
    public bool Probe()
    {
        var state = _endpoints[""];
        session.Execute(LeaseSql.SignOfLife, state.AliveAt.AddTicks(10), 0L, "", state.AliveAt);
        return true;
    }

    public void WarnUnreadable(string endpoint, Guid? deliveryId, string reason) => EngineLog.UnreadableRow(writer.Logger, endpoint, writer.Dialect.Name, deliveryId, reason, "It is a dead letter, and later events of its document are handled.");

    // What can be told only then, since the last statements are sent with the COMMIT.
    public void AfterCommit(Action action) => _afterCommit += action;

    public void Committed()
    {
        _afterCommit?.Invoke();
        foreach (var watched in writer.Watched)
            writer.Watched[watched.Key] = Now;
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

    // Nothing of it is true.
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

    // Of an endpoint that this process receives for. A gap is time in which none did, or a step of the clock: both do not count, and after
    // both nobody can say whether a lease has been renewed.
    private void GiveSignOfLife(string endpoint)
    {
        if (!_endpoints.TryGetValue(endpoint, out var state))
            return;

        var gap = Now - state.AliveAt;
        var hasSteppedBack = gap < -s_minute;
        if (!hasSteppedBack && gap < s_signInterval)
            return;

        var downtime = gap <= s_downtime ? TimeSpan.Zero : gap < s_longestDowntime ? gap : s_longestDowntime;
        if (session.Execute(LeaseSql.SignOfLife, Now, ToMicroseconds(downtime), endpoint, state.AliveAt) == 0)
        {
            // Another process was faster, and has counted the downtime.
            ReadEndpoints();
            return;
        }

        _endpoints[endpoint] = state with { AliveAt = Now, Downtime = state.Downtime + downtime };
        FollowClock(endpoint, gap);
    }

    // At first, only a sign of life in the future tells of a step.
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
        NoteDue(endpoint);
        EngineLog.ClockSteppedBack(writer.Logger, endpoint, writer.Dialect.Name, -gap);
    }

    private static TimeSpan FromMicroseconds(long value) => TimeSpan.FromTicks(value * 10);

    private static long ToMicroseconds(TimeSpan value) => value.Ticks / 10;
}
