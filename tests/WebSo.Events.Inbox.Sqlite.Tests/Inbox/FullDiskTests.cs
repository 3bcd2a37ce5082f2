using FluentAssertions;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.Sqlite.Tests;

public sealed class FullDiskTests
{
    private const int Limit = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Full_IsAnsweredWith503_NothingAnsweredIsLost_AndItRecoversWhenThereIsRoom()
    {
        using var disk = new SmallDisk(1024);
        await using var host = await StartAsync(disk);
        var stored = 0;

        while ((await host.PostAsync(Large(stored))).StatusCode == 200)
            stored++;
        disk.Change("size=8192k");
        var taken = await host.PostAsync(Large(-1));
        var counts = await host.Inbox.CountAsync(null, Token);

        stored.Should().BePositive();
        host.Log.Of("WriteFailed").Should().ContainSingle().Which.Should().Contain("full");
        host.Log.Of("WriteRecovered").Should().ContainSingle();
        taken.StatusCode.Should().Be(200);
        counts[WebSoInboxState.Unhandled].Should().BeGreaterThanOrEqualTo(stored + 1);
    }

    [Fact(Timeout = Limit)]
    public async Task Full_IsSeenByAProbe_AndSoIsThatThereIsRoomAgain()
    {
        using var disk = new SmallDisk(1024);
        await using var store = new SqliteInboxStore(disk.File);
        await store.OpenAsync(Token);
        await FillAsync(store, disk);

        var whileFull = async () =>
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await store.ProbeAsync(limit.Token);
        };
        await whileFull.Should().ThrowAsync<OperationCanceledException>();
        disk.Change("size=8192k");

        await store.ProbeAsync(Token);
    }

    [Fact(Timeout = Limit)]
    public async Task ReadOnlyFolder_StopsTheStart_WithThePath()
    {
        using var disk = new SmallDisk(1024);
        disk.Change("ro");

        var start = () => StartAsync(disk);

        (await start.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage($"*{disk.File}*must be allowed to write*");
    }

    // Without a handler nothing but the calls is written.
    private static Task<InboxHost> StartAsync(SmallDisk disk) =>
        InboxHost.StartAsync(disk.File, _ => { }, options => options.StoreTimeout = TimeSpan.FromSeconds(1));

    // To the last page: first with large events, then with small ones. A write that lasts too long on a disk with room was only slow.
    private static async Task FillAsync(SqliteInboxStore store, SmallDisk disk)
    {
        foreach (var (body, room) in new[] { (new string('x', 30_000), 64 * 1024), ("", 4096) })
        {
            var isFull = false;
            while (!isFull)
            {
                try
                {
                    using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
                    await store.AppendAsync(Delivery(body: body, state: WebSoInboxState.Unhandled), limit.Token);
                }
                catch (OperationCanceledException)
                {
                    isFull = disk.Room < room;
                }
            }
        }
    }

    private static string Large(int number) => $$"""{"event":"USER_FINISH","user_id":"1","note":"{{new string('x', 30_000)}}","document_id":"{{number}}","fields_signed":"1"}""";
}
