using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static WebSo.Events.TestKit.InboxHost;

namespace WebSo.Events.Inbox.Sqlite.Tests;

public sealed class FailingFileTests : IDisposable
{
    private const int Limit = 30_000;

    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Call_LockedFile_Gets503AfterStoreTimeoutAndRecovers()
    {
        await using var host = await StartAsync();
        using var other = TestFile.Lock(_folder.File());

        var refused = await host.PostAsync(Finish("1"));
        other.Dispose();

        refused.StatusCode.Should().Be(503);
        // Retry like the server. On a busy machine, the short StoreTimeout can end again.
        while ((await host.PostAsync(Finish("2"))).StatusCode != 200)
        {
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Call_FileReplaced_IsStoredInNewFile()
    {
        await using var host = await StartAsync();
        await host.PostAsync(Finish("1"));

        File.Move(_folder.File(), _folder.File("moved.db"));
        File.Delete(_folder.File("events.db-wal"));
        File.Delete(_folder.File("events.db-shm"));
        var receipt = await host.PostAsync(Finish("2"));

        receipt.StatusCode.Should().Be(200);
        TestFile.Read(_folder.File(), "SELECT count(*) FROM webso_deliveries WHERE document = '2'").Should().Be(1L);
    }

    [Fact(Timeout = Limit)]
    public async Task Start_GarbageFile_FailsWithPath()
    {
        await File.WriteAllTextAsync(_folder.File(), new string('x', 10_000), Token);

        var start = StartAsync;

        (await start.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage($"*{_folder.File()}*");
    }

    [Fact(Timeout = Limit)]
    public async Task Start_DatabaseOfAnotherProgram_FailsAndChangesNothing()
    {
        TestFile.Execute(_folder.File(), "CREATE TABLE theirs(a)");

        var start = StartAsync;

        (await start.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*another program*not changed*");
    }

    [Fact(Timeout = Limit)]
    public async Task Start_NewerSchema_Fails()
    {
        await using (await StartAsync())
        {
        }

        TestFile.Execute(_folder.File(), "UPDATE webso_endpoints SET schema_version = 99");

        var start = StartAsync;

        (await start.Should().ThrowAsync<WebSoInboxStoreException>()).WithMessage("*version 99*");
    }

    [Fact(Timeout = Limit)]
    public async Task Start_NewFile_IsPrivateToOwner()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        await using var host = await StartAsync();
        await host.PostAsync(Finish("1"));

        foreach (var file in Directory.GetFiles(_folder.Path))
            File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
    }

    private Task<InboxHost> StartAsync() => InboxHost.StartAsync(
        _folder.File(),
        endpoint => endpoint.AddHandler<WebSoEvent>("a", (_, _, _) => default),
        options => options.StoreTimeout = TimeSpan.FromSeconds(1));
}
