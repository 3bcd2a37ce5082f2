using Npgsql;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>Another session with a transaction that holds locks until it is committed.</summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly PostgreSqlServer _server;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private Session(PostgreSqlServer server, NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_server, _connection, _transaction) = (server, connection, transaction);

    public static async Task<Session> LockAsync(PostgreSqlServer server, string statement)
    {
        var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(PostgreSqlServer.Token);
        var session = new Session(server, connection, await connection.BeginTransactionAsync(PostgreSqlServer.Token));
        await session.ExecuteAsync(statement);
        return session;
    }

    public async Task ExecuteAsync(string statement)
    {
        await using var command = new NpgsqlCommand(statement, _connection);
        await command.ExecuteNonQueryAsync(PostgreSqlServer.Token);
    }

    public async Task<T> ReadAsync<T>(string statement)
    {
        await using var command = new NpgsqlCommand(statement, _connection);
        return (T)(await command.ExecuteScalarAsync(PostgreSqlServer.Token))!;
    }

    /// <summary>
    /// Waits until the given number of sessions wait for a lock of this session. Uses a separate connection, because pg_stat_activity does
    /// not change within a transaction.
    /// </summary>
    public Task WaitUntilOthersWaitAsync(string schema, int count = 1) => Eventually.TrueAsync(
        () => _server.ReadAsync<bool>(
            $"SELECT count(*) >= {count} FROM pg_stat_activity WHERE {_connection.ProcessID} = ANY(pg_blocking_pids(pid)) AND query LIKE '%{schema}%'"),
        "another session waits for the lock");

    public Task CommitAsync() => _transaction.CommitAsync(PostgreSqlServer.Token);

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
