using FluentAssertions;
using Npgsql;
using Xunit;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

public sealed class NotificationTests(PostgreSqlServer server) : DatabaseTest(server)
{
    private string NamedConnection => new NpgsqlConnectionStringBuilder(Server.ConnectionString) { ApplicationName = Database.Schema }.ConnectionString;

    [Fact]
    public async Task Notification_AfterListenerWasCutToo_WakesWorker()
    {
        var worker = new TestWorker(room: 1);
        await using var engine = await Database.OpenAsync(NamedConnection);
        await using var other = await Database.OpenAsync();
        engine.AttachWorker("ä", worker);
        await WaitForListenerAsync();

        await AppendAsync(other, Delivery("1", endpoint: "ä"));
        await WokenAsync(worker);
        await Server.ExecuteAsync($"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = '{Database.Schema}' AND query LIKE 'LISTEN%'");
        await WaitForListenerAsync();
        await AppendAsync(other, Delivery("2", endpoint: "ä"));

        await WokenAsync(worker);
    }

    [Fact]
    public async Task Append_WithoutNotifications_SendsNone()
    {
        await using var proxy = new CuttingProxy(Server.Port);
        await using (var engine = await Database.OpenAsync(Server.ConnectionTo(proxy.Port), configure: options => options.UseNotifications = false))
            await AppendAsync(engine, Delivery());

        proxy.Sent.Should().NotContain("LISTEN").And.NotContain("pg_notify");
    }

    // A claim for each call would find nothing. The resume sends a notification.
    [Fact]
    public async Task Append_WhilePaused_WakesNoWorkerUntilResume()
    {
        var (paused, running) = (new TestWorker(room: 1), new TestWorker(room: 1));
        await using var engine = await Database.OpenAsync(NamedConnection);
        await using var other = await Database.OpenAsync();
        engine.AttachWorker("a", paused);
        engine.AttachWorker("b", running);
        await WaitForListenerAsync();
        await other.PauseAsync("a", Token);

        await AppendAsync(other, Delivery("1", endpoint: "a"));
        await AppendAsync(other, Delivery("1", endpoint: "b"));
        await WokenAsync(running);
        paused.Woken.Reader.TryRead(out _).Should().BeFalse();
        await other.ResumeAsync("a", Token);

        await WokenAsync(paused);
    }

    [Fact]
    public async Task Append_HandedOver_WakesNoOtherInstance()
    {
        var (own, others) = (new TestWorker(room: 1), new TestWorker(room: 1));
        await using var engine = await Database.OpenAsync(NamedConnection);
        await using var storing = await Database.OpenAsync();
        engine.AttachWorker("", others);
        storing.AttachWorker("", own);
        await WaitForListenerAsync();

        await AppendAsync(storing, Delivery("1"));
        others.Woken.Reader.TryRead(out _).Should().BeFalse();
        await AppendAsync(storing, Delivery("2"));

        await WokenAsync(others);
        others.Woken.Reader.TryRead(out _).Should().BeFalse();
        own.Started.Reader.Count.Should().Be(1);
    }

    private static async Task WokenAsync(TestWorker worker) => await worker.Woken.Reader.ReadAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);

    private Task WaitForListenerAsync() => Eventually.TrueAsync(
        () => Server.ReadAsync<bool>($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '{Database.Schema}' AND query LIKE 'LISTEN%' AND state = 'idle')"),
        "the engine listens");
}
