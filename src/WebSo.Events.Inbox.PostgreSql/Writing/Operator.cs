using Npgsql;
using NpgsqlTypes;

namespace WebSo.Events;

// What an operator does: replays and discards, a batch in each transaction, in order of arrival.
internal sealed class Operator(StoreSql sql, StoreClock clock, Retrying database, Action<string> signal)
{
    private const int BatchSize = 500;

    private const string Replayable = "d.settled_at IS NOT NULL AND d.state IN (3, 4, 5)";
    private const string Discardable = "((d.settled_at IS NULL AND d.lease_until IS NULL) OR (d.settled_at IS NOT NULL AND d.state IN (4, 5, 6)))";

    public Task<long> ReplayAsync(WebSoInboxFilter filter, CancellationToken cancellationToken)
    {
        var states = filter.State == WebSoInboxState.Discarded ? "d.settled_at IS NOT NULL AND d.state = 7" : Replayable;
        return ForAllAsync(
            filter,
            states,
            $"""
            UPDATE {sql.Deliveries} AS d
            SET state = CASE WHEN d.document = '' THEN 0 ELSE 1 END, position = i.position, due_at = coalesce($2, clock_timestamp()),
                lease_until = NULL, attempts = 0, first_attempt_at = NULL, settled_at = NULL, is_replay = true, completed = NULL
            FROM (SELECT seq, nextval('{sql.Positions}') AS position FROM (SELECT unnest($1::bigint[]) AS seq ORDER BY seq OFFSET 0) AS o) AS i
            WHERE d.seq = i.seq AND {states}
            RETURNING d.seq, d.endpoint
            """,
            cancellationToken);
    }

    public Task<long> DiscardAsync(WebSoInboxFilter filter, CancellationToken cancellationToken) => ForAllAsync(
        filter,
        Discardable,
        $"""
        UPDATE {sql.Deliveries} AS d SET state = 7, settled_at = coalesce($2, clock_timestamp()), lease_until = NULL
        WHERE d.seq = ANY($1::bigint[]) AND {Discardable}
        RETURNING d.seq, d.endpoint
        """,
        cancellationToken);

    public async Task SetPausedAsync(string? endpointName, bool paused, CancellationToken cancellationToken)
    {
        var endpoints = await database.OperateAsync(
            async (connection, token) =>
            {
                var batch = new NpgsqlBatch(connection);
                await using var disposal = batch.ConfigureAwait(false);
                Begin(batch);
                var names = new List<string>();
                if (endpointName is null)
                    Add(batch, sql.SetAllPaused).With(NpgsqlDbType.Boolean, paused);
                else
                    Add(batch, sql.SetPaused).With(NpgsqlDbType.Boolean, paused).With(NpgsqlDbType.Text, StoreText.Encode(endpointName));
                batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
                using var row = await batch.ExecuteReaderAsync(token).ConfigureAwait(false);
                await row.NextResultAsync(token).ConfigureAwait(false);
                while (await row.ReadAsync(token).ConfigureAwait(false))
                    names.Add(StoreText.Decode(row.GetString(0)));
                while (await row.NextResultAsync(token).ConfigureAwait(false))
                {
                }

                return names;
            },
            cancellationToken).ConfigureAwait(false);
        if (!paused)
            endpoints.ForEach(signal);
    }

    private async Task<long> ForAllAsync(WebSoInboxFilter filter, string states, string update, CancellationToken cancellationToken)
    {
        // What is stored from now on is not meant.
        var last = await database.OperateAsync(ReadLastAsync, cancellationToken).ConfigureAwait(false);
        var (count, after) = (0L, 0L);
        while (true)
        {
            var batch = await database.OperateAsync(
                (connection, token) => SelectAsync(connection, filter, states, after, last, token),
                cancellationToken).ConfigureAwait(false);
            if (batch.Count == 0)
                return count;

            after = batch[^1];
            count += await database.OperateAsync(
                (connection, token) => UpdateAsync(connection, update, batch, token),
                cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<long> ReadLastAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand($"SELECT coalesce(max(seq), 0) FROM {sql.Deliveries}", connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private async Task<List<long>> SelectAsync(
        NpgsqlConnection connection, WebSoInboxFilter filter, string states, long after, long last, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand { Connection = connection };
        var where = FilterSql.Where(filter, command);
        command.CommandText =
            $"""
            SELECT d.seq FROM {sql.Deliveries} AS d WHERE {where} AND {states}
                AND d.seq > {FilterSql.Add(command, NpgsqlDbType.Bigint, after)} AND d.seq <= {FilterSql.Add(command, NpgsqlDbType.Bigint, last)}
            ORDER BY d.seq LIMIT {BatchSize}
            """;
        var found = new List<long>();
        using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            found.Add(row.GetInt64(0));
        return found;
    }

    private async Task<long> UpdateAsync(NpgsqlConnection connection, string update, List<long> ids, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection);
        await using var disposal = batch.ConfigureAwait(false);
        Begin(batch);
        Add(batch, sql.Lock).WithArray<long>(NpgsqlDbType.Bigint, []).WithArray(NpgsqlDbType.Bigint, ids);
        Add(batch, update).WithArray(NpgsqlDbType.Bigint, ids).WithNow(clock);
        Add(batch, sql.Promote).WithArray(NpgsqlDbType.Bigint, ids);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));

        var count = 0L;
        var endpoints = new HashSet<string>(StringComparer.Ordinal);
        using (var row = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            await row.NextResultAsync(cancellationToken).ConfigureAwait(false);
            await row.NextResultAsync(cancellationToken).ConfigureAwait(false);
            for (; await row.ReadAsync(cancellationToken).ConfigureAwait(false); count++)
                endpoints.Add(StoreText.Decode(row.GetString(1)));
            while (await row.NextResultAsync(cancellationToken).ConfigureAwait(false))
            {
            }
        }

        foreach (var endpoint in endpoints)
            signal(endpoint);
        return count;
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
