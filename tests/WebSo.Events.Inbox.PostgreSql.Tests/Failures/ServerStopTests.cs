using System.Collections.Concurrent;
using System.Net;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>A server that is restarted, or that has no connection left.</summary>
[Collection(StoppableServer.Name)]
public sealed class ServerStopTests(StoppableServer stoppable) : DatabaseTest(stoppable.Server)
{
    private readonly ConcurrentBag<string> _accepted = [];
    private readonly ConcurrentDictionary<string, bool> _handled = [];
    private int _refused;

    [Theory]
    [InlineData("fast")]
    [InlineData("immediate")]
    public async Task Call_ServerStopped_Gets503AndRecovers(string mode)
    {
        await using var host = await StartAsync();
        using var end = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 8).Select(client => CallAsync(host, client, end.Token)).ToArray();
        await Eventually.TrueAsync(() => _accepted.Count > 50, "calls are answered");

        await Server.StopAsync(mode);
        await Eventually.TrueAsync(() => Volatile.Read(ref _refused) >= 8 && host.Log.Messages("WriteFailed").Any(), "each client is answered with 503, and the log says why");
        var before = _accepted.Count;
        await Server.StartAsync();
        await Eventually.TrueAsync(() => _accepted.Count > before + 50, "calls are answered again");
        await end.CancelAsync();
        await Task.WhenAll(clients);

        var stored = await StoredAsync();
        _accepted.Should().BeSubsetOf(stored, "events that were answered with 200 are stored");
        await Eventually.TrueAsync(() => _accepted.All(_handled.ContainsKey), "all accepted events are handled");
        host.Log.Levels("WriteFailed").Should().Equal(LogLevel.Error);
        host.Log.Messages("WriteRecovered").Should().ContainSingle();
        host.Log.Messages("ClaimFailed").Should().HaveCountLessThanOrEqualTo(1);
        host.Log.Messages("ListenFailed").Should().HaveCountLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task Call_MaxConnectionsReached_Gets503AndRecovers()
    {
        await using var host = await StartAsync();
        var others = new List<NpgsqlConnection>();
        try
        {
            // The host immediately reopens a connection that it closes. Then another client has taken it.
            while (await TryTakeAsync(others) || await TerminateAsync(others[0]) > 0)
            {
            }

            (await host.PostAsync("1")).Should().Be(HttpStatusCode.ServiceUnavailable);
            await Eventually.TrueAsync(() => host.Log.Messages("WriteFailed").Any(message => message.Contains("Decrease Maximum Pool Size", StringComparison.Ordinal)), "the log says why");
        }
        finally
        {
            foreach (var other in others)
                await other.DisposeAsync();
        }

        await Eventually.TrueAsync(async () => await host.PostAsync("2") == HttpStatusCode.OK, "calls are answered with 200 again");
    }

    private Task<WebHost> StartAsync() => WebHost.StartAsync(services => services.AddWebSoEvents()
        .AddHandler<UserFinishEvent>("h", (e, _, _) =>
        {
            _handled[e.DocumentId] = true;
            return default;
        })
        .UsePostgreSqlInbox(
            new NpgsqlConnectionStringBuilder(Server.ConnectionString) { ApplicationName = Database.Schema, MaxPoolSize = 10 }.ConnectionString,
            options => options.StoreTimeout = TimeSpan.FromSeconds(1),
            options => options.Schema = Database.Schema));

    private async Task CallAsync(WebHost host, int client, CancellationToken end)
    {
        for (var i = 0; !end.IsCancellationRequested; i++)
        {
            var document = $"{client}-{i}";
            switch (await host.PostAsync(document))
            {
                case HttpStatusCode.OK:
                    _accepted.Add(document);
                    break;
                case HttpStatusCode.ServiceUnavailable:
                    Interlocked.Increment(ref _refused);
                    break;
                case var other:
                    Assert.Fail($"Answered {other}.");
                    break;
            }
        }
    }

    private async Task<List<string>> StoredAsync() => [.. await Server.ReadAsync<string[]>($"SELECT array_agg(document) FROM {Deliveries}")];

    private async Task<long> TerminateAsync(NpgsqlConnection connection)
    {
        await using var terminate = new NpgsqlCommand($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = '{Database.Schema}'", connection);
        return (long)(await terminate.ExecuteScalarAsync(Token))!;
    }

    private async Task<bool> TryTakeAsync(List<NpgsqlConnection> others)
    {
        var connection = new NpgsqlConnection(Server.ConnectionString + ";Pooling=false");
        try
        {
            await connection.OpenAsync(Token);
            others.Add(connection);
            return true;
        }
        catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            await connection.DisposeAsync();
            return false;
        }
    }
}
