using FluentAssertions;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// Who has what, where there is no lease that would end.
public sealed class ClaimTests : IAsyncLifetime
{
    private const int Limit = 30_000;

    private readonly TempFolder _folder = new();
    private SqliteInboxStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Claim_CancelledAtAnyMoment_LeavesNothingClaimedThatNobodyHas()
    {
        for (var i = 0; i < 200; i++)
        {
            await _store.AppendAsync(Delivery(document: ""));
            using var cancellation = new CancellationTokenSource();

            var claiming = _store.ClaimAsync("", 1000, cancellation.Token).AsTask();
            for (var spins = 0; spins < i % 20 && !claiming.IsCompleted; spins++)
                Thread.SpinWait(2000);
            await cancellation.CancelAsync();

            try
            {
                foreach (var claim in (await claiming).Claims)
                    await _store.HandledAsync(claim);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
            }

            (await _store.GetBacklogAsync("", Token)).Handling.Should().Be(0, "of trial {0}", i);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Claim_WhenAnotherProcessHasTakenOver_GivesNothing()
    {
        await _store.AppendAsync(Delivery("1"));
        var old = await _store.ClaimOneAsync();
        File.Delete(_folder.File("events.db-lock"));
        await using var other = await OpenAsync();
        var taken = await other.ClaimOneAsync();
        await _store.AppendAsync(Delivery("2"));

        var mine = await _store.ClaimAsync();
        var theirs = await other.ClaimOneAsync();

        mine.Should().BeEmpty();
        taken.Id.Should().Be(old.Id);
        theirs.DocumentId.Should().Be("2");
        (await _store.HandledAsync(old)).Should().BeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task Claim_AfterTheFileWasReplacedByABackup_WhatWasInFlightThereIsClaimedAgain()
    {
        var id = await _store.AppendAsync(Delivery("1"));
        var old = await _store.ClaimOneAsync();
        Execute($"VACUUM INTO '{_folder.File("backup.db")}'");
        await _store.HandledAsync(old);

        File.Delete(_folder.File("events.db-wal"));
        File.Delete(_folder.File("events.db-shm"));
        File.Move(_folder.File("backup.db"), _folder.File(), overwrite: true);
        IReadOnlyList<WebSoInboxClaim> claims = [];
        while (claims.Count == 0)
            claims = await _store.ClaimAsync();

        var claim = claims.Should().ContainSingle().Subject;
        claim.Context.DeliveryId.Should().Be(id);
        claim.Token.Should().BeGreaterThan(old.Token);
        (await _store.HandledAsync(old)).Should().BeFalse();
        (await _store.HandledAsync(claim)).Should().BeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task Read_AfterTheFileWasReplaced_LeavesTheClaimsAndReadsTheNewFile()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _store.GetBacklogAsync("", Token).AsTask()));
        Execute($"VACUUM INTO '{_folder.File("backup.db")}'");
        File.Delete(_folder.File("events.db-wal"));
        File.Delete(_folder.File("events.db-shm"));
        File.Move(_folder.File("backup.db"), _folder.File(), overwrite: true);
        await _store.AppendAsync(Delivery("1"));
        await _store.AppendAsync(Delivery("1"));
        var claim = await _store.ClaimOneAsync();

        var backlogs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _store.GetBacklogAsync("", Token).AsTask()));
        var again = await _store.ClaimAsync();

        backlogs.Should().OnlyContain(backlog => backlog.Handling == 1 && backlog.Pending == 1);
        again.Should().BeEmpty("what this process handles is not taken from it");
        (await _store.HandledAsync(claim)).Should().BeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task Dispose_WhileAHandlerRunsOn_NobodyElseHandlesUntilItReturns()
    {
        var handling = new TaskCompletionSource();
        await _store.AppendAsync(Delivery("1"));
        var claim = await _store.ClaimOneAsync();
        await using var other = await OpenAsync();

        _store.KeepUntil(claim, handling.Task);
        await _store.DisposeAsync();
        var whileItRuns = await other.ClaimAsync();
        handling.SetResult();
        IReadOnlyList<WebSoInboxClaim> after = [];
        while (after.Count == 0)
            after = await other.ClaimAsync();

        whileItRuns.Should().BeEmpty();
        after.Should().ContainSingle().Which.Id.Should().Be(claim.Id);
    }

    private async Task<SqliteInboxStore> OpenAsync()
    {
        var store = new SqliteInboxStore(_folder.File());
        await store.OpenAsync(Token);
        return store;
    }

    private void Execute(string sql) => TestFile.Execute(_folder.File(), sql);
}
