using FluentAssertions;
using Microsoft.Data.Sqlite;
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
    private SqliteConnection _other = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = new SqliteInboxStore(_folder.File());
        await _store.OpenAsync(Token);
        _other = new SqliteConnection($"Data Source={_folder.File()};Pooling=False");
        _other.Open();
    }

    public async ValueTask DisposeAsync()
    {
        await _other.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task NothingStoredSinceAllWasClaimed_IsReadOnly()
    {
        await _store.AppendAsync(Delivery("1"));
        await _store.HandledAsync(await _store.ClaimOneAsync());
        Execute("BEGIN IMMEDIATE");

        (await _store.ClaimAsync()).Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task StoredWhilePaused_IsReadOnly()
    {
        await _store.AppendAsync(Delivery("1"));
        await _store.HandledAsync(await _store.ClaimOneAsync());
        await _store.PauseAsync("", Token);
        await _store.AppendAsync(Delivery("2"));
        Execute("BEGIN IMMEDIATE");

        (await _store.ClaimAsync()).Should().BeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task StoredWhilePaused_GivesNoSign_ResumingDoes()
    {
        var signs = new List<string>();
        using var listening = _store.OnWork(signs.Add);
        await _store.PauseAsync("", Token);

        await _store.AppendAsync(Delivery("1"));
        signs.Should().BeEmpty();

        await _store.ResumeAsync("", Token);
        signs.Should().Equal("");
    }

    private void Execute(string sql)
    {
        using var command = _other.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
