using System.Globalization;

namespace WebSo.Events.Inbox.Engine;

// The queries of operators, the health check and the metrics.
internal sealed class InboxReader(InboxDialect dialect, ReadPool pool, TimeProvider timeProvider)
{
    public Task<T> ReadAsync<T>(Func<SqlSession, DateTime, T> read, CancellationToken cancellationToken) =>
        pool.ReadAsync(session => read(session, NowOf(session)), cancellationToken);

    // Returns whether a claim would find deliveries, without a write transaction.
    public Task<bool> HasDueAsync(string endpoint, CancellationToken cancellationToken) => ReadAsync(
        (session, now) =>
        {
            var (isPaused, hasDue) = (false, false);
            session.Query(DeliverySql.IsPaused, [endpoint], row => isPaused = row.Number(0) != 0);
            if (!isPaused)
                session.Query(DeliverySql.FindDue, [endpoint, now], _ => hasDue = true);
            return hasDue;
        },
        cancellationToken);

    public Task<WebSoInboxBacklog> GetBacklogAsync(string? endpoint, CancellationToken cancellationToken) => ReadAsync(
        (session, now) =>
        {
            var (pending, handling, held, deadLetters, oldest, paused) = (0L, 0L, 0L, 0L, (DateTime?)null, new List<string>());
            foreach (var (name, isPaused) in EndpointsOf(session, endpoint))
            {
                if (isPaused)
                    paused.Add(name);
                deadLetters += Count(session, DeliverySql.CountState, name, (long)WebSoInboxState.DeadLetter);
                session.Query(DeliverySql.ReadOldest, [name, WriteTransaction.Never], row => oldest = oldest < row.Time(0) ? oldest : row.Time(0));
                var (waiting, leased, holding) = CountPending(session, name, now);
                (pending, handling, held) = (pending + waiting, handling + leased, held + holding);
            }

            return new WebSoInboxBacklog
            {
                Pending = pending,
                Handling = handling,
                DeadLetters = deadLetters,
                HeldDocuments = held,
                OldestAge = oldest is { } at ? (now > at ? now - at : TimeSpan.Zero) : null,
                PausedEndpoints = paused,
            };
        },
        cancellationToken);

    public Task<IReadOnlyDictionary<WebSoInboxState, long>> CountAsync(string? endpoint, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyDictionary<WebSoInboxState, long>>(
            (session, now) =>
            {
                var counts = new Dictionary<WebSoInboxState, long>();
                foreach (var (name, _) in EndpointsOf(session, endpoint))
                {
                    session.Query(DeliverySql.CountOutcomes, [name], row => Add((WebSoInboxState)row.Number(0), row.Number(1)));
                    var (waiting, leased, _) = CountPending(session, name, now);
                    Add(WebSoInboxState.Pending, waiting);
                    Add(WebSoInboxState.Handling, leased);
                }

                return counts;

                void Add(WebSoInboxState state, long count)
                {
                    if (count > 0)
                        counts[state] = counts.TryGetValue(state, out var before) ? before + count : count;
                }
            },
            cancellationToken);

    // Counts the deliveries in a state and the bytes of their bodies, up to maxCount. Pending includes leased deliveries and has no bytes,
    // because the bytes of pending deliveries are not bounded.
    public Task<(long Count, long Bytes)> MeasureAsync(string endpoint, WebSoInboxState state, long maxCount, CancellationToken cancellationToken) => ReadAsync(
        (session, now) =>
        {
            var size = (Count: 0L, Bytes: 0L);
            if (state == WebSoInboxState.Pending)
                size.Count = Count(session, DeliverySql.CountPending, endpoint);
            else
                session.Query(DeliverySql.SizeOfState, [endpoint, (long)state, maxCount], row => size = (row.Number(0), row.Number(1)));
            return size;
        },
        cancellationToken);

    // Returns whether a call with this key would be a duplicate of a stored delivery.
    public Task<bool> IsDuplicateAsync(string endpoint, byte[] key, CancellationToken cancellationToken) => ReadAsync(
        (session, now) =>
        {
            var (downtime, isDuplicate) = (TimeSpan.Zero, false);
            session.Query(AppendSql.ReadEndpoints, [now], row =>
            {
                if (row.Text(0) == endpoint)
                    downtime = TimeSpan.FromTicks(row.Number(4) * 10);
            });
            session.Query(DeliverySql.FindDuplicate, [now - downtime, key], _ => isDuplicate = true);
            return isDuplicate;
        },
        cancellationToken);

    public Task<long> ReadLastSequenceAsync(CancellationToken cancellationToken) => pool.ReadAsync(
        session =>
        {
            var last = 0L;
            session.Query(DeliverySql.ReadLast, [], row => last = row.NumberOrZero(0));
            return last;
        },
        cancellationToken);

    public Task<WebSoInboxPage> ListAsync(WebSoInboxFilter filter, int pageSize, long before, CancellationToken cancellationToken) => ReadAsync(
        (session, now) =>
        {
            var entries = new List<WebSoInboxEntry>();
            var last = new DeliveryFilter(filter, now).Query(session, before, pageSize, isDescending: true, (_, entry) => entries.Add(entry));
            return new WebSoInboxPage { Entries = entries, Next = last?.ToString(CultureInfo.InvariantCulture) };
        },
        cancellationToken);

    public Task<WebSoInboxDetails?> GetAsync(Guid deliveryId, CancellationToken cancellationToken) => GetAsync(
        (session, now) =>
        {
            (long, WebSoInboxEntry)? found = null;
            new DeliveryFilter(new WebSoInboxFilter { DeliveryId = deliveryId }, now).Query(
                session, long.MaxValue, 1, isDescending: true, (row, entry) => found = (row.Number(0), entry));
            return found;
        },
        cancellationToken);

    public Task<WebSoInboxDetails?> GetAsync(long sequence, CancellationToken cancellationToken) => GetAsync(
        (session, now) =>
        {
            (long, WebSoInboxEntry)? found = null;
            session.ExecuteRows(DeliverySql.ReadEntries, [], [[sequence]], row => found = (sequence, DeliveryEntry.Read(row, now)));
            return found;
        },
        cancellationToken);

    // Reads as much of a damaged delivery as possible, because damage is the reason why it is a dead letter. Error describes why the body
    // is unreadable. Returns null if the delivery was removed after its entry was read.
    public async Task<(WebSoEventContext Context, string? Error)?> ReadContentAsync(long sequence, WebSoInboxEntry entry, CancellationToken cancellationToken)
    {
        var (text, _) = await TryReadAsync(DeliverySql.ReadContext, sequence, static row => row.Text(0), cancellationToken).ConfigureAwait(false);
        var (body, error) = await TryReadAsync(DeliverySql.ReadBody, sequence, static row => row.Bytes(0), cancellationToken).ConfigureAwait(false);
        if (body is null && error is null)
            return null;

        try
        {
            return (ContextOf(text ?? StoredContext.Empty), error);
        }
        catch (Exception failure) when (StoredContext.IsUnreadable(failure))
        {
            return (ContextOf(StoredContext.Empty), error);
        }

        WebSoEventContext ContextOf(string json) => StoredContext.Read(
            json, entry.DeliveryId, entry.ReceivedAt.UtcDateTime, entry.EndpointName, body ?? [], Math.Max(1, entry.Attempts), entry.IsReplay ? 2 : 1).Context;
    }

    // Reads one value on its own connection, because a connection may be unusable after an error caused by damage. The value is null if there is
    // no row, or an error.
    private async Task<(T? Value, string? Error)> TryReadAsync<T>(
        SqlStatement statement, long sequence, Func<SqlRow, T> read, CancellationToken cancellationToken)
        where T : class
    {
        T? value = null;
        try
        {
            await pool.ReadAsync(
                session =>
                {
                    session.Query(statement, [sequence], row => value = read(row));
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
            return (value, null);
        }
        catch (WebSoInboxStoreException failure) when (failure.InnerException is { } cause && dialect.IsDamage(cause))
        {
            return (null, dialect.Describe(cause));
        }
    }

    private async Task<WebSoInboxDetails?> GetAsync(Func<SqlSession, DateTime, (long, WebSoInboxEntry)?> find, CancellationToken cancellationToken)
    {
        if (await ReadAsync(find, cancellationToken).ConfigureAwait(false) is not { } found)
            return null;

        var (sequence, entry) = found;
        var outcomes = await pool.ReadAsync(session => OutcomesOf(session, sequence), cancellationToken).ConfigureAwait(false);
        return await ReadContentAsync(sequence, entry, cancellationToken).ConfigureAwait(false) is { } content
            ? new WebSoInboxDetails { Entry = entry, Context = content.Context, BodyError = content.Error, Outcomes = outcomes }
            : null;
    }

    private static List<WebSoInboxOutcome> OutcomesOf(SqlSession session, long sequence)
    {
        var outcomes = new List<WebSoInboxOutcome>();
        session.Query(DeliverySql.ReadOutcomes, [sequence], row => outcomes.Add(new WebSoInboxOutcome
        {
            Run = (int)row.Number(0),
            HandlerName = row.Text(1) is { Length: > 0 } name ? name : null,
            State = (WebSoInboxState)row.Number(2),
            EndedAt = new DateTimeOffset(row.Time(3)),
            Attempts = (int)row.Number(4),
            Duration = TimeSpan.FromTicks(row.Number(5) * 10),
            Error = row.TextOrNull(6),
        }));
        return outcomes;
    }

    // The counts are read one after the other, so a delivery may be counted in none or in two of them.
    private static (long Waiting, long Leased, long Held) CountPending(SqlSession session, string endpoint, DateTime now)
    {
        var leased = Count(session, DeliverySql.CountLeased, endpoint, now, WriteTransaction.Never);
        var held = Count(session, DeliverySql.CountHeld, endpoint, (long)WebSoInboxState.DeadLetter);
        return (Math.Max(0, Count(session, DeliverySql.CountPending, endpoint) - leased - held), leased, held);
    }

    private static long Count(SqlSession session, SqlStatement statement, params object?[] parameters)
    {
        var count = 0L;
        session.Query(statement, parameters, row => count = row.Number(0));
        return count;
    }

    private static List<(string Name, bool IsPaused)> EndpointsOf(SqlSession session, string? endpoint)
    {
        var endpoints = new List<(string, bool)>();
        session.Query(AppendSql.ReadEndpoints, [DateTime.MinValue], row =>
        {
            if (endpoint is null || row.Text(0) == endpoint)
                endpoints.Add((row.Text(0), row.Number(2) != 0));
        });
        return endpoints;
    }

    private DateTime NowOf(SqlSession session)
    {
        var now = timeProvider.GetUtcNow().UtcDateTime;
        if (dialect.Now != "@now")
            session.Query(DeliverySql.ReadNow, [now], row => now = row.Time(0));
        return now;
    }
}
