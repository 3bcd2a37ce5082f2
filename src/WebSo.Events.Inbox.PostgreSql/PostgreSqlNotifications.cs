using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using NpgsqlTypes;

namespace WebSo.Events;

// Tells other instances that there is work, and listens for their notifications. Not within the writer's transactions: NOTIFY holds a
// server-wide lock until the commit ends, so the instances would commit one after the other.
internal sealed class PostgreSqlNotifications(NpgsqlDataSource dataSource, string schema, string inbox, ILogger logger)
{
    // One message tells of all that came up meanwhile.
    private static readonly TimeSpan s_gap = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly string _channel = $"{schema}_work";
    private readonly string _sender = Guid.NewGuid().ToString("N");
    private readonly Channel<string> _told = Channel.CreateBounded<string>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Tell(string endpoint) => _told.Writer.TryWrite(endpoint);

    // Until the token is canceled; throws nothing.
    public Task RunAsync(Action<string> signal, CancellationToken cancellationToken) => Task.WhenAll(
        RepeatAsync((succeed, token) => ListenAsync(signal, succeed, token), PostgreSqlInboxLog.ListenFailed, cancellationToken),
        RepeatAsync(TellAsync, PostgreSqlInboxLog.NotifyFailed, cancellationToken));

    // The first failure may be that of a session that the server has closed; the second of several is logged.
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
                await Task.WhenAny(Task.Delay(s_pause, cancellationToken)).ConfigureAwait(false);
            }
        }
    }

    private async Task ListenAsync(Action<string> signal, Action succeed, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var disposal = connection.ConfigureAwait(false);
        connection.Notification += (_, e) => Hear(e.Payload, signal);
        try
        {
            await ExecuteAsync(connection, $"LISTEN \"{_channel}\"", cancellationToken).ConfigureAwait(false);
            succeed();
            while (true)
                await connection.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // It may be another one's next, of the same pool.
            if (connection.State == System.Data.ConnectionState.Open)
                await ExecuteAsync(connection, "UNLISTEN *", CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task TellAsync(Action succeed, CancellationToken cancellationToken)
    {
        var endpoints = new HashSet<string>(StringComparer.Ordinal) { await _told.Reader.ReadAsync(cancellationToken).ConfigureAwait(false) };
        while (_told.Reader.TryRead(out var more))
            endpoints.Add(more);

        using var command = dataSource.CreateCommand("SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2 || ':' || e) FROM unnest($3) AS e");
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = _channel });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = _sender });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, Value = endpoints.Select(StoredText.Encode).ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        succeed();
        await Task.Delay(s_gap, cancellationToken).ConfigureAwait(false);
    }

    private void Hear(string payload, Action<string> signal)
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
