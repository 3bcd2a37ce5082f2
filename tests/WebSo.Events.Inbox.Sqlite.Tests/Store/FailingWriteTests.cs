using FluentAssertions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// What fails of one write is told to who asked for it, and to nobody else.
public sealed class FailingWriteTests : IAsyncLifetime
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();
    private readonly TestLog _log = new();
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
    public async Task Constraint_FailsItsOwnWrite_AndTheOthersOfTheBatchAreStored()
    {
        var first = Delivery("1");
        await _store.AppendAsync(first);

        var others = Enumerable.Range(0, 20).Select(_ => _store.AppendAsync(Delivery()));
        var twin = async () => await _store.AppendAsync(first, Token);
        var failing = twin.Should().ThrowAsync<WebSoInboxStoreException>();

        await Task.WhenAll(others);
        (await failing).WithInnerException<SqliteException>();
        (await _store.CountAsync(null, Token))[WebSoInboxState.Pending].Should().Be(21);
    }

    [Fact(Timeout = Limit)]
    public async Task ErrorOfOneStatement_FailsItsOwnWrite_AndTheNextIsStored()
    {
        Execute("CREATE TRIGGER flaw BEFORE INSERT ON deliveries WHEN NEW.document = 'flaw' BEGIN SELECT abs(-9223372036854775808); END");

        var flawed = async () => await _store.AppendAsync(Delivery("flaw"), Token);

        await flawed.Should().ThrowAsync<WebSoInboxStoreException>();
        await _store.AppendAsync(Delivery("1"));
    }

    [Fact(Timeout = Limit)]
    public async Task NotesThatFail_AreLogged_AndTheRestIsWritten()
    {
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(_log));
        await using var store = new SqliteInboxStore(_folder.File("notes.db"), logger: new Logger<SqliteInboxStore>(factory));
        await store.OpenAsync(Token);
        var first = await store.AppendAsync(Delivery("1", key: "a"), Token);
        TestFile.Execute(_folder.File("notes.db"), "CREATE TRIGGER flaw BEFORE INSERT ON answered BEGIN SELECT abs(-9223372036854775808); END");

        store.MarkAnswered(first.Sighting);
        var second = await store.AppendAsync(Delivery("2"), Token);
        store.MarkAnswered(second.Sighting);
        await store.ProbeAsync(Token);
        TestFile.Execute(_folder.File("notes.db"), "DROP TRIGGER flaw");
        var third = await store.AppendAsync(Delivery("3"), Token);
        store.MarkAnswered(third.Sighting);
        await store.RenewAsync([], Token);

        _log.Of("NotesFailed").Should().ContainSingle();
        (await store.EntryAsync(first.DeliveryId)).IsAnswered.Should().BeFalse();
        (await store.EntryAsync(third.DeliveryId)).IsAnswered.Should().BeTrue();
        (await store.AppendAsync(Delivery("1", key: "a"), Token)).Outcome.Should().Be(WebSoInboxAppendOutcome.RepeatOfUnanswered);
    }

    [Fact(Timeout = Limit)]
    public async Task ListenerThatThrows_IsLogged_AndTheEventIsStored_AndTheOthersHear()
    {
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(_log));
        await using var store = new SqliteInboxStore(_folder.File("listener.db"), logger: new Logger<SqliteInboxStore>(factory));
        await store.OpenAsync(Token);
        var heard = 0;
        Action<string>[] listeners = [_ => heard++, _ => throw new InvalidOperationException("flaw"), _ => heard++];
        var listening = listeners.Select(store.OnWork).ToList();

        (await store.AppendAsync(Delivery("1"), Token)).Outcome.Should().Be(WebSoInboxAppendOutcome.Stored);

        await store.ProbeAsync(Token);
        heard.Should().Be(2);
        _log.Of("ListenerFailed").Should().ContainSingle();
        listening.ForEach(listener => listener.Dispose());
    }

    [Theory(Timeout = Limit)]
    [InlineData("WriteFailed", false)]
    [InlineData("WriteRecovered", true)]
    public async Task LoggerThatThrows_EndsNeitherTheWriterNorMakesAStoredEventAFailedOne(string refused, bool isStored)
    {
        var log = new TestLog { Refused = refused };
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(log));
        await using var store = new SqliteInboxStore(_folder.File("logger.db"), logger: new Logger<SqliteInboxStore>(factory));
        await store.OpenAsync(Token);
        Task<WebSoInboxAppendResult> first;
        using (TestFile.Lock(_folder.File("logger.db")))
        {
            first = store.AppendAsync(Delivery("1"), Token).AsTask();
            await log.WaitForAsync("WriteFailed", Token);
        }

        for (var i = 0; i < 3; i++)
            (await store.AppendAsync(Delivery("2"), Token)).Outcome.Should().Be(WebSoInboxAppendOutcome.Stored);

        var outcome = async () => (await first).Outcome;
        if (isStored)
            (await outcome.Should().NotThrowAsync()).Subject.Should().Be(WebSoInboxAppendOutcome.Stored);
        else
            await outcome.Should().ThrowAsync<WebSoInboxStoreException>();
        (await store.CountAsync(null, Token))[WebSoInboxState.Pending].Should().Be(isStored ? 4 : 3);
    }

    [Fact(Timeout = Limit)]
    public async Task NotesOfABatchInWhichOneWriteFails_AreKept()
    {
        var first = await _store.AppendAsync(Delivery("1"), Token);
        Execute("CREATE TRIGGER flaw BEFORE INSERT ON deliveries WHEN NEW.document = 'flaw' BEGIN SELECT abs(-9223372036854775808); END");
        _store.MarkAnswered(first.Sighting);

        var flawed = async () => await _store.AppendAsync(Delivery("flaw"), Token);
        await flawed.Should().ThrowAsync<WebSoInboxStoreException>();
        await _store.RenewAsync([], Token);

        (await _store.EntryAsync(first.DeliveryId)).IsAnswered.Should().BeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task WhatOneWriteHas_IsNotLeftForTheNextThatHasNone()
    {
        await _store.AppendAsync(Delivery("1", key: "a", trace: new WebSoTraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "a=b")));
        var id = Guid.CreateVersion7();

        await _store.AppendAsync(new WebSoInboxAppend
        {
            Context = new WebSoEventContext
            {
                DeliveryId = id,
                ReceivedAt = DateTimeOffset.UnixEpoch,
                EndpointName = "",
                RequestPath = "/",
                QueryString = "",
                RouteValues = new Dictionary<string, string>(),
                Body = "{}"u8.ToArray(),
            },
            EventName = "USER_FINISH",
            DocumentId = "2",
            State = WebSoInboxState.Pending,
        });

        var context = (await _store.GetAsync(id, Token))!.Context;
        (context.CorrelationId, context.RemoteAddress, context.RouteValues.Count, context.QueryString).Should().Be((null, null, 0, ""));
        (await _store.ClaimAsync()).Should().ContainSingle(claim => claim.DocumentId == "2").Which.Trace.Should().BeNull();
        TestFile.Read(_folder.File(), "SELECT count(*) FROM deliveries WHERE document = '2' AND repeat_key IS NULL AND last_error IS NULL AND settled_at IS NULL").Should().Be(1L);
    }

    [Fact(Timeout = Limit)]
    public async Task RetryAfterTheLongestTime_IsNotDueNow()
    {
        var id = await _store.AppendAsync(Delivery("1"));

        await _store.RetryAsync(await _store.ClaimOneAsync(), TimeSpan.MaxValue, "later", Token);

        (await _store.ClaimAsync()).Should().BeEmpty();
        (await _store.EntryAsync(id)).NextAttemptAt.Should().Be(DateTimeOffset.MaxValue);
    }

    private void Execute(string sql) => TestFile.Execute(_folder.File(), sql);
}
