using System.Diagnostics;
using Npgsql;

namespace WebSo.Events.ScaleOutTest;

// The table in which all instances note what their handlers did, by connections of its own. What is noted is committed.
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
                id bigserial PRIMARY KEY, run integer, kind text, delivery_id uuid, document text, body text, attempt integer, claimed bigint, tick bigint)
            """);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task WriteAsync(LogKind kind, WebSoEventContext context, string document, string body, long claimed, CancellationToken cancellationToken) =>
        await WriteAsync(new LogEntry(run, kind, context.DeliveryId, document, body, context.Attempt, claimed, Stopwatch.GetTimestamp()), cancellationToken);

    // Waits while the database is gone: the time that counts is that of the call.
    public async Task WriteSurelyAsync(LogKind kind, Guid deliveryId, string document, string body, int attempt, long claimed)
    {
        var entry = new LogEntry(run, kind, deliveryId, document, body, attempt, claimed, Stopwatch.GetTimestamp());
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

    public async Task<List<LogEntry>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand($"SELECT run, kind, delivery_id, document, body, attempt, claimed, tick FROM {_table} ORDER BY tick, id");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<LogEntry>();
        while (await row.ReadAsync(cancellationToken))
        {
            entries.Add(new LogEntry(
                row.GetInt32(0), Enum.Parse<LogKind>(row.GetString(1)), row.GetGuid(2), row.GetString(3), row.GetString(4), row.GetInt32(5), row.GetInt64(6), row.GetInt64(7)));
        }

        return entries;
    }

    public ValueTask DisposeAsync() => _dataSource.DisposeAsync();

    private async Task WriteAsync(LogEntry entry, CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand(
            $"INSERT INTO {_table} (run, kind, delivery_id, document, body, attempt, claimed, tick) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
        foreach (var value in (object[])[entry.Run, entry.Kind.ToString(), entry.DeliveryId, entry.Document, entry.Body, entry.Attempt, entry.Claimed, entry.Tick])
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
