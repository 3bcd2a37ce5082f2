using Npgsql;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>Another session, with a transaction of its own that holds locks until it is committed.</summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private Session(NpgsqlConnection connection, NpgsqlTransaction transaction) => (_connection, _transaction) = (connection, transaction);

    public static async Task<Session> LockAsync(PostgreSqlServer server, string statement)
    {
        var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(PostgreSqlServer.Token);
        var session = new Session(connection, await connection.BeginTransactionAsync(PostgreSqlServer.Token));
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

    /// <summary>Until a session that works on the schema waits for a lock that this one holds.</summary>
    public Task WaitUntilOthersWaitAsync(string schema) => Eventually.TrueAsync(
        async () => await ReadAsync<bool>(
            $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid)) AND query LIKE '%{schema}%')"),
        "another session waits for the lock");

    public Task CommitAsync() => _transaction.CommitAsync(PostgreSqlServer.Token);

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
