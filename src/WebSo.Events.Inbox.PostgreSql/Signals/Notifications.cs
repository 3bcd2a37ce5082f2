using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace WebSo.Events;

// Tells other instances of work, and hears of theirs. Not within the writer's transactions: a NOTIFY takes a lock of the whole server up
// to the end of the commit, which would make the instances commit one after the other.
internal sealed class Notifications(NpgsqlDataSource dataSource, string schema, TimeProvider timeProvider, WorkSignals signals, string inbox, ILogger logger)
    : IAsyncDisposable
{
    // One message tells of all that came up meanwhile.
    private static readonly TimeSpan s_gap = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly string _channel = $"{schema}_work";
    private readonly string _sender = Guid.NewGuid().ToString("N");
    private readonly Channel<string> _told = Channel.CreateBounded<string>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _closing = new();
    private Task _tasks = Task.CompletedTask;

    public void Start() => _tasks = Task.WhenAll(BackgroundLoop.Run(ListenAsync), BackgroundLoop.Run(TellAsync));

    public void Tell(string endpointName) => _told.Writer.TryWrite(endpointName);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _tasks.ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task ListenAsync()
    {
        var hasFailed = false;
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                var connection = await dataSource.OpenConnectionAsync(_closing.Token).ConfigureAwait(false);
                await using var disposal = connection.ConfigureAwait(false);
                connection.Notification += (_, e) => Hear(e.Payload);
                using (var listen = new NpgsqlCommand($"LISTEN {SchemaScript.Quote(_channel)}", connection))
                    await listen.ExecuteNonQueryAsync(_closing.Token).ConfigureAwait(false);
                hasFailed = false;
                while (true)
                    await connection.WaitAsync(_closing.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                if (!hasFailed)
                    PostgreSqlInboxLog.ListenFailed(logger, inbox, failure.Message);
                hasFailed = true;
                await PauseAsync(s_pause).ConfigureAwait(false);
            }
        }
    }

    private async Task TellAsync()
    {
        var endpoints = new HashSet<string>(StringComparer.Ordinal);
        var hasFailed = false;
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                endpoints.Add(await _told.Reader.ReadAsync(_closing.Token).ConfigureAwait(false));
                while (_told.Reader.TryRead(out var more))
                    endpoints.Add(more);
                await NotifyAsync(endpoints).ConfigureAwait(false);
                hasFailed = false;
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // A hint only: others poll.
                if (!hasFailed)
                    PostgreSqlInboxLog.NotifyFailed(logger, inbox, failure.Message);
                hasFailed = true;
                await PauseAsync(s_pause).ConfigureAwait(false);
            }

            endpoints.Clear();
            await PauseAsync(s_gap).ConfigureAwait(false);
        }
    }

    private async Task NotifyAsync(IEnumerable<string> endpoints)
    {
        using var command = dataSource.CreateCommand(
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2 || ':' || e) FROM unnest($3::text[]) AS e");
        command.Parameters
            .With(NpgsqlDbType.Text, _channel)
            .With(NpgsqlDbType.Text, _sender)
            .WithArray(NpgsqlDbType.Text, endpoints.Select(StoreText.Encode));
        await command.ExecuteNonQueryAsync(_closing.Token).ConfigureAwait(false);
    }

    private void Hear(string payload)
    {
        var colon = payload.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0 && !payload.StartsWith(_sender, StringComparison.Ordinal))
            signals.Raise(StoreText.Decode(payload[(colon + 1)..]));
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, timeProvider, _closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The loops see that it closes.
        }
    }
}
