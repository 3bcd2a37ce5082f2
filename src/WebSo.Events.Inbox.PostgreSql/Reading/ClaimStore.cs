using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;

namespace WebSo.Events;

// Claims, renewals and removal: on connections of the pool, since they wait for no lock, and so must not wait behind what does.
internal sealed class ClaimStore(StoreSql sql, StoreClock clock, Retrying database, TimeSpan lease)
{
    // What is due, and yet was not claimed, another transaction holds; or it came due between the two statements.
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, ClaimFront> _fronts = new(StringComparer.Ordinal);

    // Something that is due since then, or null: since whenever, can be claimed again.
    public void Include(string endpointName, DateTime? dueAt) => FrontOf(endpointName).Include(dueAt);

    // The claims that can't be handled are held, and not among those that can.
    public async Task<(WebSoInboxClaims Claims, List<(WebSoInboxClaim Claim, string Flaw)> Unreadable, bool IsPaused)> ClaimAsync(
        string endpointName, int maxCount, CancellationToken cancellationToken)
    {
        var front = FrontOf(endpointName);
        var claim = front.Begin();
        var result = await ClaimAsync(endpointName, maxCount, front, claim, cancellationToken).ConfigureAwait(false);
        if (claim.From is not null && result.Claims.Claims.Count + result.Unreadable.Count == 0)
            result = await ClaimAsync(endpointName, maxCount, front, front.Begin(atTheBeginning: true), cancellationToken).ConfigureAwait(false);
        return (result.Claims, result.Unreadable, result.IsPaused);
    }

    private async Task<(WebSoInboxClaims Claims, List<(WebSoInboxClaim Claim, string Flaw)> Unreadable, bool IsPaused, DateTime? FirstDueAt)> ClaimAsync(
        string endpointName, int maxCount, ClaimFront front, ClaimFront.Claim claim, CancellationToken cancellationToken)
    {
        try
        {
            var result = await ClaimAsync(endpointName, maxCount, claim.From, cancellationToken).ConfigureAwait(false);
            front.End(claim, result.FirstDueAt);
            return result;
        }
        catch
        {
            front.Fail(claim);
            throw;
        }
    }

    private Task<(WebSoInboxClaims Claims, List<(WebSoInboxClaim Claim, string Flaw)> Unreadable, bool IsPaused, DateTime? FirstDueAt)> ClaimAsync(
        string endpointName, int maxCount, DateTime? from, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            async (connection, token) =>
            {
                var batch = new NpgsqlBatch(connection);
                await using var disposal = batch.ConfigureAwait(false);
                var endpoint = StoreText.Encode(endpointName);
                Begin(batch);
                Add(batch, sql.Claim).WithNow(clock).With(NpgsqlDbType.Text, endpoint).With(NpgsqlDbType.Integer, maxCount).With(NpgsqlDbType.Interval, lease)
                    .With(NpgsqlDbType.TimestampTz, from);
                if (from is null)
                    Add(batch, sql.NextDue).WithNow(clock).With(NpgsqlDbType.Text, endpoint);
                batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));

                var claims = new List<(DateTime DueAt, long Position, WebSoInboxClaim Claim)>();
                using var row = await batch.ExecuteReaderAsync(token).ConfigureAwait(false);
                await row.NextResultAsync(token).ConfigureAwait(false);
                var unreadable = new List<(WebSoInboxClaim Claim, string Flaw)>();
                DateTime? first = null;
                while (await row.ReadAsync(token).ConfigureAwait(false))
                {
                    var claim = DeliveryRow.ReadClaim(row, out var flaw);
                    var dueAt = row.GetDateTime(12);
                    first = dueAt > first ? first : dueAt;
                    if (flaw is null)
                        claims.Add((dueAt, row.GetInt64(25), claim));
                    else
                        unreadable.Add((claim, flaw));
                }

                // Behind the front, what else is due is not asked for: more may be.
                var isFull = claims.Count + unreadable.Count == maxCount;
                var (next, isPaused) = ((TimeSpan?)TimeSpan.Zero, false);
                if (from is null)
                {
                    await row.NextResultAsync(token).ConfigureAwait(false);
                    await row.ReadAsync(token).ConfigureAwait(false);
                    isPaused = row.GetBoolean(3);
                    next = isPaused ? null : ReadNextDue(row, isFull);
                }

                while (await row.NextResultAsync(token).ConfigureAwait(false))
                {
                }

                var inOrder = claims.OrderBy(claim => claim.DueAt).ThenBy(claim => claim.Position).Select(claim => claim.Claim);
                return (new WebSoInboxClaims([.. inOrder], next), unreadable, isPaused, isFull && next == TimeSpan.Zero ? first : null);
            },
            cancellationToken);

    public async Task<IReadOnlyList<WebSoInboxClaim>> RenewAsync(IReadOnlyList<WebSoInboxClaim> claims, CancellationToken cancellationToken)
    {
        var lost = await database.ExecuteAsync(
            async (connection, token) =>
            {
                var batch = new NpgsqlBatch(connection);
                await using var disposal = batch.ConfigureAwait(false);
                Begin(batch);
                Add(batch, sql.Renew)
                    .WithArray(NpgsqlDbType.Bigint, claims.Select(claim => claim.Id))
                    .WithArray(NpgsqlDbType.Bigint, claims.Select(claim => claim.Token))
                    .WithNow(clock)
                    .With(NpgsqlDbType.Interval, lease);
                Add(batch, sql.LostClaims)
                    .WithArray(NpgsqlDbType.Bigint, claims.Select(claim => claim.Id))
                    .WithArray(NpgsqlDbType.Bigint, claims.Select(claim => claim.Token))
                    .WithNow(clock)
                    .With(NpgsqlDbType.Interval, lease);
                batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
                var found = new HashSet<(long, long)>();
                using var row = await batch.ExecuteReaderAsync(token).ConfigureAwait(false);
                await row.NextResultAsync(token).ConfigureAwait(false);
                while (await row.ReadAsync(token).ConfigureAwait(false))
                    found.Add((row.GetInt64(0), row.GetInt64(1)));
                while (await row.NextResultAsync(token).ConfigureAwait(false))
                {
                }

                return found;
            },
            cancellationToken).ConfigureAwait(false);
        return [.. claims.Where(claim => lost.Contains((claim.Id, claim.Token)))];
    }

    public Task<int> PurgeAsync(string endpointName, WebSoInboxState state, TimeSpan age, int maxCount, CancellationToken cancellationToken) =>
        RemoveAsync(
            batch => Add(batch, sql.Purge)
                .WithNow(clock)
                .With(NpgsqlDbType.Text, StoreText.Encode(endpointName))
                .With(NpgsqlDbType.Smallint, (short)state)
                .With(NpgsqlDbType.Interval, age)
                .With(NpgsqlDbType.Integer, maxCount),
            cancellationToken);

    public async Task<long> TrimUnhandledAsync(string endpointName, long maxCount, long maxBytes, CancellationToken cancellationToken)
    {
        const int BatchSize = 500;
        var endpoint = StoreText.Encode(endpointName);
        var last = await database.ExecuteAsync(
            async (connection, token) =>
            {
                var batch = new NpgsqlBatch(connection);
                await using var disposal = batch.ConfigureAwait(false);
                Begin(batch);
                Add(batch, sql.LastUnhandledBeyond).With(NpgsqlDbType.Text, endpoint).With(NpgsqlDbType.Bigint, maxCount).With(NpgsqlDbType.Bigint, maxBytes);
                batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
                using var row = await batch.ExecuteReaderAsync(token).ConfigureAwait(false);
                await row.NextResultAsync(token).ConfigureAwait(false);
                var beyond = await row.ReadAsync(token).ConfigureAwait(false) ? row.GetInt64(0) : (long?)null;
                while (await row.NextResultAsync(token).ConfigureAwait(false))
                {
                }

                return beyond;
            },
            cancellationToken).ConfigureAwait(false);
        var total = 0L;
        while (last is { } beyond)
        {
            var removed = await RemoveAsync(
                batch => Add(batch, sql.TrimUnhandled).With(NpgsqlDbType.Text, endpoint).With(NpgsqlDbType.Bigint, beyond).With(NpgsqlDbType.Integer, BatchSize),
                cancellationToken).ConfigureAwait(false);
            total += removed;
            if (removed < BatchSize)
                break;
        }

        return total;
    }

    private Task<int> RemoveAsync(Action<NpgsqlBatch> addRemoval, CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) =>
        {
            var batch = new NpgsqlBatch(connection);
            await using var disposal = batch.ConfigureAwait(false);
            Begin(batch);
            addRemoval(batch);
            var removal = batch.BatchCommands[^1];
            batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
            await batch.ExecuteNonQueryAsync(token).ConfigureAwait(false);
            return removal.RecordsAffected;
        },
        cancellationToken);

    private ClaimFront FrontOf(string endpointName) => _fronts.GetOrAdd(endpointName, _ => new ClaimFront(clock.TimeProvider));

    private static TimeSpan? ReadNextDue(NpgsqlDataReader row, bool isFull)
    {
        var (isMoreDue, next) = (row.GetBoolean(1), row.IsDBNull(2) ? (TimeSpan?)null : row.GetDateTime(2) - row.GetDateTime(0));
        if (!isMoreDue)
            return next;
        return isFull ? TimeSpan.Zero : next < s_soon ? next : s_soon;
    }

    private void Begin(NpgsqlBatch batch)
    {
        batch.BatchCommands.Add(new NpgsqlBatchCommand(StoreSql.Begin));
        Add(batch, sql.Settings).With(NpgsqlDbType.Text, "5s");
    }

    private static NpgsqlParameterCollection Add(NpgsqlBatch batch, string statement)
    {
        var command = new NpgsqlBatchCommand(statement);
        batch.BatchCommands.Add(command);
        return command.Parameters;
    }
}
