using System.Diagnostics;
using System.Text;
using Npgsql;

namespace WebSo.Events.EndToEnd.ScaleOut;

// The table in which all instances log what their handlers do. It uses separate connections, so that each entry is committed immediately.
internal sealed class HandlingLog(string connectionString, string schema, int run) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _dataSource = NpgsqlDataSource.Create(connectionString);
    private readonly string _table = $"{schema}.handling_log";

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand(
            $"""
            CREATE SCHEMA IF NOT EXISTS {schema};
            CREATE TABLE {_table} (
                id bigserial PRIMARY KEY, run integer, kind text, delivery_id uuid, document text, body text, attempt integer, since bigint, tick bigint)
            """);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public Task WriteAsync(LogKind kind, WebSoEventContext context, string document, CancellationToken cancellationToken) =>
        WriteAsync(EntryOf(kind, context, document), cancellationToken);

    public Task WriteCutAsync(WebSoEventContext context, string document) => WriteWithRetryAsync(EntryOf(LogKind.Cut, context, document));

    public Task WriteStallAsync(long since) => WriteWithRetryAsync(new LogEntry(run, LogKind.Stall, Guid.Empty, "", "", 0, since, Stopwatch.GetTimestamp()));

    public async Task<List<LogEntry>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand($"SELECT run, kind, delivery_id, document, body, attempt, since, tick FROM {_table} ORDER BY tick, id");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<LogEntry>();
        while (await row.ReadAsync(cancellationToken))
        {
            entries.Add(new LogEntry(
                row.GetInt32(0), Enum.Parse<LogKind>(row.GetString(1)), row.GetGuid(2), row.GetString(3), row.GetString(4), row.GetInt32(5), row.GetInt64(6), row.GetInt64(7)));
        }

        return entries;
    }

    // Returns the attempt that handled each stored delivery, according to the inbox.
    public async Task<Dictionary<Guid, int>> ReadHandledAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand(
            $"SELECT d.delivery_id, o.attempts FROM {schema}.webso_deliveries d LEFT JOIN {schema}.webso_outcomes o ON o.sequence = d.sequence AND o.handler = ''");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var handled = new Dictionary<Guid, int>();
        while (await row.ReadAsync(cancellationToken))
            handled.Add(row.GetGuid(0), row.GetInt32(1));
        return handled;
    }

    public ValueTask DisposeAsync() => _dataSource.DisposeAsync();

    private LogEntry EntryOf(LogKind kind, WebSoEventContext context, string document) =>
        new(run, kind, context.DeliveryId, document, Encoding.UTF8.GetString(context.Body.Span), context.Attempt, 0, Stopwatch.GetTimestamp());

    // Waits while the database is unavailable. The logged time is the time of the call.
    private async Task WriteWithRetryAsync(LogEntry entry)
    {
        while (true)
        {
            try
            {
                await WriteAsync(entry, CancellationToken.None);
                return;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(50);
            }
        }
    }

    private async Task WriteAsync(LogEntry entry, CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand(
            $"INSERT INTO {_table} (run, kind, delivery_id, document, body, attempt, since, tick) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
        foreach (var value in (object[])[entry.Run, entry.Kind.ToString(), entry.DeliveryId, entry.Document, entry.Body, entry.Attempt, entry.Since, entry.Tick])
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
