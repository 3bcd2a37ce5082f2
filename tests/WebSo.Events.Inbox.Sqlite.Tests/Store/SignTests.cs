using FluentAssertions;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// When a claim looks for work before it writes: while another holds the file, only one that writes waits.
public sealed class SignTests : IAsyncLifetime
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();
    private SqliteInboxStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = new SqliteInboxStore(_folder.File());
        await _store.OpenAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task NothingStoredSinceAllWasClaimed_IsReadOnly()
    {
        await _store.AppendAsync(Delivery("1"));
        await _store.HandledAsync(await _store.ClaimOneAsync());
        using var other = TestFile.Lock(_folder.File());

        (await _store.ClaimAsync()).Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task StoredWhilePaused_IsReadOnly()
    {
        await _store.AppendAsync(Delivery("1"));
        await _store.HandledAsync(await _store.ClaimOneAsync());
        await _store.PauseAsync("", Token);
        await _store.AppendAsync(Delivery("2"));
        using var other = TestFile.Lock(_folder.File());

        (await _store.ClaimAsync()).Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task StoredWhilePaused_GivesNoSign_ResumingDoes()
    {
        var signs = new List<string>();
        using var listening = _store.OnWork(signs.Add);
        await _store.PauseAsync("", Token);

        // The writer tells of work before it writes what comes next.
        await _store.AppendAsync(Delivery("1"));
        await _store.ProbeAsync(Token);
        signs.Should().BeEmpty();

        await _store.ResumeAsync("", Token);
        await _store.ProbeAsync(Token);
        signs.Should().Equal("");
    }
}
