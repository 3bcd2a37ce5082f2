using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Xunit;
using static WebSo.Events.TestKit.InboxHost;

namespace WebSo.Events.Inbox.Sqlite.Tests;

public sealed class FullDiskTests
{
    private const int Limit = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Call_FullDisk_Gets503AndRecoversWithoutLoss()
    {
        using var disk = new SmallDisk(1024);
        await using var host = await StartAsync(disk);
        var stored = 0;

        while ((await host.PostAsync(Large(stored))).StatusCode == 200)
            stored++;
        disk.Change("size=8192k");
        var taken = await host.PostAsync(Large(-1));
        var counts = await host.Inbox.CountAsync(Token);

        // The next transaction begins after the writer has logged the result of the previous one.
        await host.Services.GetRequiredKeyedService<InboxEndpoint>("").Engine.ProbeAsync(Token);
        stored.Should().BePositive();
        host.Log.Messages("WriteFailed").Should().ContainSingle().Which.Should().Contain("full");
        host.Log.Messages("WriteRecovered").Should().ContainSingle();
        taken.StatusCode.Should().Be(200);
        counts[WebSoInboxState.Unhandled].Should().BeGreaterThanOrEqualTo(stored + 1);
    }

    [Fact(Timeout = Limit)]
    public async Task Probe_FullDisk_FailsUntilThereIsSpace()
    {
        using var disk = new SmallDisk(1024);
        await using var host = await StartAsync(disk);
        var engine = host.Services.GetRequiredKeyedService<InboxEndpoint>("").Engine;
        foreach (var (length, room) in new[] { (30_000, 64 * 1024), (1, 4096) })
        {
            var isFull = false;
            for (var i = 0; !isFull; i++)
                isFull = (await host.PostAsync(Large(i, length))).StatusCode != 200 && disk.Room < room;
        }

        // An append that fails leaves space in the write-ahead log that is allocated but not used. The first probes use it up.
        var whileFull = async () =>
        {
            for (var i = 0; i < 100; i++)
                await engine.ProbeAsync(Token);
        };
        (await whileFull.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*The disk is full*");
        disk.Change("size=8192k");

        await engine.ProbeAsync(Token);
    }

    [Fact(Timeout = Limit)]
    public async Task Call_BelowMinFreeSpace_Gets503AndStoredEventsAreHandled()
    {
        using var disk = new SmallDisk(8192);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddWebSoEvents().AddHandler<WebSoEvent>("a", (_, _, _) => default).UseSqliteInbox(disk.File, configureFile: file => file.MinFreeSpace = 4 * 1024 * 1024);
        builder.Services.AddHealthChecks().AddWebSoInbox();
        using var host = builder.Build();
        await host.StartAsync(Token);
        var receiver = host.Services.GetRequiredService<EventReceiverProvider>().Get("");
        await host.Services.GetRequiredService<IWebSoInbox>().PauseAsync(Token);
        (await receiver.ReceiveAsync(new TestRequest(Finish("1")), Token)).StatusCode.Should().Be(200);

        disk.Change("size=4096k");
        await Task.Delay(TimeSpan.FromSeconds(1.1), Token); // The free space is read once a second.
        var fresh = await receiver.ReceiveAsync(new TestRequest(Finish("2")), Token);
        var duplicate = await receiver.ReceiveAsync(new TestRequest(Finish("1")), Token);
        var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token);
        await host.Services.GetRequiredService<IWebSoInbox>().ResumeAsync(Token);

        (fresh.StatusCode, fresh.HeaderName).Should().Be((503, "Retry-After"));
        duplicate.StatusCode.Should().Be(200);
        health.Entries["webso_inbox"].Should().Match<HealthReportEntry>(entry => entry.Status == HealthStatus.Unhealthy && entry.Description!.Contains("MinFreeSpace"));
        while ((await host.Services.GetRequiredService<IWebSoInbox>().CountAsync(Token)).GetValueOrDefault(WebSoInboxState.Handled) < 1)
            await Task.Delay(5, Token);
        await host.StopAsync(Token);
    }

    [Fact(Timeout = Limit)]
    public async Task Start_ReadOnlyFolder_FailsWithPath()
    {
        using var disk = new SmallDisk(1024);
        disk.Change("ro");

        var start = () => StartAsync(disk);

        (await start.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage($"*{disk.File}*Allow this process to write*");
    }

    // Without a handler, only the calls are written.
    private static Task<InboxHost> StartAsync(SmallDisk disk) =>
        InboxHost.StartAsync(disk.File, _ => { }, options => options.StoreTimeout = TimeSpan.FromSeconds(1));

    private static string Large(int number, int length = 30_000) =>
        $$"""{"event":"USER_FINISH","user_id":"1","note":"{{new string('x', length)}}","document_id":"{{number}}","fields_signed":"1"}""";
}
