using System.Globalization;
using Npgsql;
using WebSo.Events;

namespace PostgreSqlLoad;

// What the figures need of the server beside the inbox.
internal sealed class Database(string connectionString) : IAsyncDisposable
{
    // Of a tick of the kernel's clock, in which /proc counts: sysconf(_SC_CLK_TCK) is 100 wherever .NET runs.
    private const double MicrosecondsPerTick = 10_000;

    private readonly NpgsqlDataSource _dataSource = NpgsqlDataSource.Create(connectionString + ";Application Name=measure;Options=-c enable_seqscan=off -c enable_bitmapscan=off -c jit=off");

    public async Task<T> ReadAsync<T>(string sql)
    {
        await using var command = _dataSource.CreateCommand(sql);
        command.CommandTimeout = 0;
        return (T)(await command.ExecuteScalarAsync())!;
    }

    // All that is stored in one transaction was last seen at one time.
    public Task<long> CountCommitsAsync(string schema) => ReadAsync<long>($"SELECT count(DISTINCT last_seen_at) FROM {schema}.deliveries WHERE seq > (SELECT kept FROM {schema}.kept)");

    // By the index of what is due, whatever the statistics say: it is asked often while the processor time is counted.
    public Task<bool> HasPendingAsync(string schema) => ReadAsync<bool>($"SELECT EXISTS (SELECT FROM {schema}.deliveries WHERE endpoint = '' AND state = 0 OFFSET 0)");

    // Of the server and all its sessions, those that have ended included.
    public async Task<double> ReadProcessorMicrosecondsAsync()
    {
        var folder = await ReadAsync<string>("SHOW data_directory");
        var server = (await File.ReadAllLinesAsync(Path.Combine(folder, "postmaster.pid")))[0].Trim();
        var ticks = 0L;
        foreach (var process in Directory.GetDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            // Behind the name: state, parent, and from the 12th on user and system time, own and of children that ended.
            if (TryRead(Path.Combine(process, "stat")) is not { } stat)
                continue;
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var isServer = Path.GetFileName(process) == server;
            if (isServer || fields[1] == server)
                ticks += fields[11..(isServer ? 15 : 13)].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
        }

        return ticks * MicrosecondsPerTick;
    }

    // An inbox with so many handled events of the last week.
    public async Task CreateAsync(string schema, long rows)
    {
        await ReadAsync<object>(WebSoPostgreSqlSchema.CreateScript(schema) + $"; CREATE TABLE {schema}.kept AS SELECT {rows}::bigint AS kept; SELECT 1");
        if (rows == 0)
            return;

        var indexes = await ReadAsync<string>(
            $"SELECT string_agg(indexdef, ';') FROM pg_indexes WHERE schemaname = '{schema}' AND tablename = 'deliveries' AND indexname LIKE 'deliveries\\_%' AND indexname <> 'deliveries_pkey'");
        await ReadAsync<object>(
            $$"""
            SET maintenance_work_mem = '256MB';
            DO $fill$ DECLARE i text; BEGIN
            FOR i IN SELECT indexname FROM pg_indexes WHERE schemaname = '{{schema}}' AND indexname LIKE 'deliveries\_%' AND indexname <> 'deliveries_pkey' LOOP
                EXECUTE 'DROP INDEX {{schema}}.' || i;
            END LOOP; END $fill$;
            INSERT INTO {{schema}}.deliveries (
                seq, position, queue_key, token, attempts, due_at, settled_at, received_at, last_seen_at, delivery_id, repeat_key, key_day, sightings,
                body_length, state, endpoint, event, document, path, query, body)
            SELECT g, g, g, 1, 1, t, t, t, t, gen_random_uuid(), gen_random_uuid(), floor(extract(epoch FROM t) / 86400)::integer, 1,
                length(b), 3, '', 'FIELD_SIGNED_OR_REJECTED', 'kept-' || g, '/webso/events', '', b
            FROM (
                SELECT g, clock_timestamp() - interval '7 days' * (1 - g::float / {{rows}}) AS t,
                    convert_to('{"field_id":"' || g || '","field_status":"signed","event":"FIELD_SIGNED_OR_REJECTED","document_id":"kept-' || g || '","user_id":"1"}', 'UTF8') AS b
                FROM generate_series(1, {{rows}}) AS g) AS generated;
            INSERT INTO {{schema}}.answers SELECT g, 1, g + 24 FROM generate_series(1, {{rows}}, 25) AS g;
            SELECT setval('{{schema}}.positions', {{rows}});
            {{indexes}};
            ANALYZE {{schema}}.deliveries, {{schema}}.answers
            """);
        await ReadAsync<object>("CHECKPOINT");
    }

    public ValueTask DisposeAsync() => _dataSource.DisposeAsync();

    // Null: it has ended meanwhile.
    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
