using System.Threading.Channels;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

public sealed class NotificationTests(PostgreSqlServer server) : DatabaseTest(server)
{
    private const string Body = """{"user_id":"1","event":"USER_FINISH","document_id":"1","fields_signed":"1"}""";

    private readonly TaskCompletionSource _handled = new();

    // It would ask by itself in an hour only.
    [Fact]
    public async Task IdleWorker_IsWokenByWhatAnotherInstanceStores()
    {
        await using var host = await StartAsync(TimeSpan.FromHours(1), useNotifications: true);
        await Eventually.TrueAsync(
            () => Server.ReadAsync<bool>($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '{Database.Schema}' AND query LIKE 'LISTEN%' AND state = 'idle')"),
            "the instance listens");
        await using var other = await Database.OpenAsync();

        await other.AppendAsync(Delivery(body: Body));

        await _handled.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task WithoutNotifications_WorkOfAnotherInstanceIsFoundByPolling_AndNobodyListens()
    {
        await using var host = await StartAsync(TimeSpan.FromMilliseconds(20), useNotifications: false);
        await using var other = await Database.OpenAsync(configure: options => options.UseNotifications = false);

        await other.AppendAsync(Delivery(body: Body));

        await _handled.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        (await Server.ReadAsync<bool>($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '{Database.Schema}' AND query LIKE 'LISTEN%')")).Should().BeFalse();
    }

    // A claim for each call would find nothing; the resumption tells all.
    [Fact]
    public async Task WhilePaused_CallsRaiseNoSign_UntilTheResumption()
    {
        await using var store = await Database.OpenAsync();
        var signals = Channel.CreateUnbounded<string>();
        using var subscription = store.OnWork(endpoint => signals.Writer.TryWrite(endpoint));
        await store.PauseAsync("a", Token);
        (await store.ClaimAsync(endpoint: "a")).Should().BeEmpty();

        await store.AppendAsync(Delivery("1", endpoint: "a"));
        await store.AppendAsync(Delivery("1", endpoint: "b"));
        (await NextAsync(signals)).Should().Be("b");

        await store.ResumeAsync("a", Token);
        (await NextAsync(signals)).Should().Be("a");
        (await store.ClaimAsync(endpoint: "a")).Should().ContainSingle();
        (await NextAsync(signals)).Should().Be("a", "what was stored beside that claim was not told of");
        await store.AppendAsync(Delivery("2", endpoint: "a"));
        (await NextAsync(signals)).Should().Be("a");
    }

    private static Task<string> NextAsync(Channel<string> signals) => signals.Reader.ReadAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);

    private Task<WebHost> StartAsync(TimeSpan pollInterval, bool useNotifications) => WebHost.StartAsync(services => services.AddWebSoEvents()
        .AddHandler<UserFinishEvent>("h", (_, _, _) =>
        {
            _handled.TrySetResult();
            return default;
        })
        .UsePostgreSqlInbox(
            new NpgsqlConnectionStringBuilder(Server.ConnectionString) { ApplicationName = Database.Schema }.ConnectionString,
            options => options.PollInterval = pollInterval,
            options =>
            {
                options.Schema = Database.Schema;
                options.UseNotifications = useNotifications;
            }));
}
