using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace WebSo.Events;

internal sealed class InboxReader(StoreSql sql, StoreClock clock, Retrying database)
{
    public Task<WebSoInboxBacklog> GetBacklogAsync(string? endpointName, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (connection, token) =>
            {
                using var command = new NpgsqlCommand(
                    $"""
                    SELECT count(*) FILTER (WHERE lease_until IS NULL), count(*) FILTER (WHERE lease_until IS NOT NULL),
                        (SELECT count(*) FROM {sql.Deliveries} WHERE settled_at IS NOT NULL AND state = 4 AND ($2::text IS NULL OR endpoint = $2)),
                        greatest(coalesce($1, clock_timestamp()) - min(received_at), interval '0'),
                        ARRAY(SELECT name FROM {sql.Endpoints} WHERE paused AND ($2::text IS NULL OR name = $2) ORDER BY name)
                    FROM {sql.Deliveries} WHERE settled_at IS NULL AND ($2::text IS NULL OR endpoint = $2)
                    """,
                    connection);
                command.Parameters.WithNow(clock);
                command.Parameters.Add(TextOrNull(endpointName));
                using var row = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await row.ReadAsync(token).ConfigureAwait(false);
                var isEmpty = row.GetInt64(0) + row.GetInt64(1) == 0;
                return new WebSoInboxBacklog
                {
                    Pending = row.GetInt64(0),
                    Handling = row.GetInt64(1),
                    DeadLetters = row.GetInt64(2),
                    OldestAge = isEmpty ? null : row.GetTimeSpan(3),
                    PausedEndpoints = [.. row.GetFieldValue<string[]>(4).Select(StoreText.Decode)],
                };
            },
            cancellationToken);

    public Task<IReadOnlyDictionary<WebSoInboxState, long>> CountAsync(string? endpointName, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<WebSoInboxState, long>>(
            async (connection, token) =>
            {
                using var command = new NpgsqlCommand(
                    $"""
                    SELECT CASE WHEN state > 1 THEN state WHEN lease_until IS NULL THEN 0 ELSE 2 END AS shown, count(*)
                    FROM {sql.Deliveries} WHERE $1::text IS NULL OR endpoint = $1 GROUP BY shown
                    """,
                    connection);
                command.Parameters.Add(TextOrNull(endpointName));
                var counts = new Dictionary<WebSoInboxState, long>();
                using var row = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                while (await row.ReadAsync(token).ConfigureAwait(false))
                    counts.Add((WebSoInboxState)row.GetInt32(0), row.GetInt64(1));
                return counts;
            },
            cancellationToken);

    public Task<WebSoInboxPage> ListAsync(WebSoInboxFilter filter, int pageSize, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (pageSize is < 1 or > 1000)
            throw new ArgumentException($"The page size is {pageSize}: give one from 1 to 1000.", nameof(pageSize));
        var before = long.MaxValue;
        if (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw new ArgumentException("The cursor is none that a page gave.", nameof(cursor));

        return database.ReadAsync(
            async (connection, token) =>
            {
                using var command = new NpgsqlCommand { Connection = connection };
                var where = FilterSql.Where(filter, command);
                var last = FilterSql.Add(command, NpgsqlDbType.Bigint, before);
                var limit = FilterSql.Add(command, NpgsqlDbType.Integer, pageSize + 1);
                command.CommandText =
                    $"SELECT {DeliveryRow.Columns(sql.AnsweredOf("d"))} FROM {sql.Deliveries} AS d WHERE {where} AND d.seq < {last} ORDER BY d.seq DESC LIMIT {limit}";
                var entries = new List<WebSoInboxEntry>();
                string? next = null;
                var seq = 0L;
                using var row = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                while (await row.ReadAsync(token).ConfigureAwait(false))
                {
                    if (entries.Count == pageSize)
                    {
                        next = seq.ToString(CultureInfo.InvariantCulture);
                        break;
                    }

                    seq = row.GetInt64(0);
                    entries.Add(DeliveryRow.ReadEntry(row));
                }

                return new WebSoInboxPage(entries, next);
            },
            cancellationToken);
    }

    public Task<WebSoInboxDetails?> GetAsync(Guid deliveryId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (connection, token) =>
            {
                using var command = new NpgsqlCommand($"SELECT {DeliveryRow.Columns(sql.AnsweredOf("d"))} FROM {sql.Deliveries} AS d WHERE d.delivery_id = $1", connection);
                command.Parameters.With(NpgsqlDbType.Uuid, deliveryId);
                using var row = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                return await row.ReadAsync(token).ConfigureAwait(false) ? DeliveryRow.ReadDetails(row) : null;
            },
            cancellationToken);

    private static NpgsqlParameter TextOrNull(string? text) =>
        new() { Value = text is null ? DBNull.Value : StoreText.Encode(text), NpgsqlDbType = NpgsqlDbType.Text };
}
