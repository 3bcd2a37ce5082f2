using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using NpgsqlTypes;

namespace WebSo.Events.Inbox.PostgreSql.Connections;

// Notifies other instances of new work, and receives their notifications. NOTIFY is not part of the writer's transactions, because it holds a
// server-wide lock until the commit ends, which would serialize the commits of all instances.
internal sealed class PostgreSqlNotifications(NpgsqlDataSource dataSource, string schema, string inbox, ILogger logger)
{
    // Notifications of this time are combined into one.
    private static readonly TimeSpan s_gap = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(1);

    private readonly string _channel = $"{schema}_work";
    private readonly string _sender = Guid.NewGuid().ToString("N");
    private readonly Channel<string> _queue = Channel.CreateBounded<string>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Notify(string endpoint) => _queue.Writer.TryWrite(endpoint);

    // Runs until the token is canceled. Does not throw.
    public Task RunAsync(Action<string> signal, CancellationToken cancellationToken) => Task.WhenAll(
        RepeatAsync((succeed, token) => ListenAsync(signal, succeed, token), PostgreSqlInboxLog.ListenFailed, cancellationToken),
        RepeatAsync(NotifyAsync, PostgreSqlInboxLog.NotifyFailed, cancellationToken));

    // Logs only the second failure in a row: the first can be a session that the server has closed, which a new connection replaces.
    private async Task RepeatAsync(
        Func<Action, CancellationToken, Task> action, Action<ILogger, string, string> logFailure, CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await action(() => failures = 0, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                if (++failures == 2)
                    logFailure(logger, inbox, PostgreSqlFailure.Describe(failure));
                await Task.WhenAny(Task.Delay(s_retryDelay, cancellationToken)).ConfigureAwait(false);
            }
        }
    }

    private async Task ListenAsync(Action<string> signal, Action succeed, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var disposal = connection.ConfigureAwait(false);
        connection.Notification += (_, e) => OnNotification(e.Payload, signal);
        try
        {
            await ExecuteAsync(connection, $"LISTEN \"{_channel}\"", cancellationToken).ConfigureAwait(false);
            succeed();
            while (true)
                await connection.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // The pool can give this connection to other code.
            if (connection.State == System.Data.ConnectionState.Open)
                await ExecuteAsync(connection, "UNLISTEN *", CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task NotifyAsync(Action succeed, CancellationToken cancellationToken)
    {
        var endpoints = new HashSet<string>(StringComparer.Ordinal) { await _queue.Reader.ReadAsync(cancellationToken).ConfigureAwait(false) };
        while (_queue.Reader.TryRead(out var more))
            endpoints.Add(more);

        using var command = dataSource.CreateCommand("SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2 || ':' || e) FROM unnest($3) AS e");
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = _channel });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = _sender });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, Value = endpoints.Select(StoredText.Encode).ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        succeed();
        await Task.Delay(s_gap, cancellationToken).ConfigureAwait(false);
    }

    private void OnNotification(string payload, Action<string> signal)
    {
        var colon = payload.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0 && !payload.StartsWith(_sender, StringComparison.Ordinal))
            signal(StoredText.Decode(payload[(colon + 1)..]));
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
