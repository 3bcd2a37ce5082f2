using Microsoft.Data.Sqlite;
using WebSo.Events;

namespace InboxLoad;

// An inbox in which so many events were received, four a document, and handled within the last three days.
internal static class FullFile
{
    private const string Fill = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $rows),
            t(i, ticks) AS (SELECT i, $begin + i * $step FROM n)
        INSERT INTO deliveries(seq, position, endpoint, state, due_at, attempts, first_attempt_at, settled_at, repeat_key, answered_repeat,
            last_seen_at, received_at, delivery_id, event, document, request_path, query, remote_address, body_length, body)
        SELECT i, i, 1, 3, ticks, 1, ticks, ticks, randomblob(16), 1, ticks, ticks,
            CAST(unhex(printf('%012x', ticks / 10000 - 62135596800000)) || randomblob(10) AS BLOB),
            'FIELD_SIGNED_OR_REJECTED', printf('%012d', i / 4), '/webso/events', '', '127.0.0.1', 115, randomblob(115)
        FROM t
        """;

    public static async Task CreateAsync(string path, int rows)
    {
        await using (var store = new SqliteInboxStore(path))
            await store.OpenAsync(CancellationToken.None);

        using var connection = new SqliteConnection($"Data Source={path};Pooling=False;Default Timeout=0");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=OFF");
        Execute(connection, "PRAGMA synchronous=OFF");
        Execute(connection, "PRAGMA cache_size=-1000000");

        // An index is made much faster at once than row by row.
        var indexes = ReadIndexes(connection);
        foreach (var index in indexes)
            Execute(connection, $"DROP INDEX {index.Name}");
        Execute(connection, "INSERT INTO endpoints(id, name) VALUES (1, '')");
        var begin = DateTimeOffset.UtcNow.AddDays(-3).UtcTicks;
        Execute(connection, Fill, ("$rows", rows), ("$begin", begin), ("$step", 3 * TimeSpan.TicksPerDay / rows));
        Execute(connection, "UPDATE inbox SET sequence = $rows", ("$rows", rows));
        Execute(connection, "INSERT INTO minutes SELECT received_at / 600000000, min(seq), max(seq) FROM deliveries GROUP BY 1");
        foreach (var index in indexes)
            Execute(connection, index.Sql);
        Execute(connection, "PRAGMA journal_mode=WAL");
    }

    private static List<(string Name, string Sql)> ReadIndexes(SqliteConnection connection)
    {
        using var command = new SqliteCommand("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL", connection);
        using var rows = command.ExecuteReader();
        var indexes = new List<(string, string)>();
        while (rows.Read())
            indexes.Add((rows.GetString(0), rows.GetString(1)));
        return indexes;
    }

    private static void Execute(SqliteConnection connection, string sql, params (string Name, long Value)[] parameters)
    {
        using var command = new SqliteCommand(sql, connection);
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }
}
