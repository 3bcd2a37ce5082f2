using FluentAssertions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// Events are found by their time whatever the order in which they came, and whatever was removed or failed meanwhile.
public sealed class ReceivedMinutesTests : IAsyncDisposable
{
    private const int Limit = 30_000;

    private static readonly DateTimeOffset s_noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(s_noon);
    private readonly TestLog _log = new();
    private readonly ILoggerFactory _logging;
    private readonly SqliteInboxStore _store;

    public ReceivedMinutesTests()
    {
        _logging = LoggerFactory.Create(logging => logging.AddProvider(_log));
        _store = new SqliteInboxStore(_folder.File(), _time, new Logger<SqliteInboxStore>(_logging));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private object? Minutes => TestFile.Read(_folder.File(), "SELECT count(*) FROM minutes");

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _logging.Dispose();
        _folder.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task AnyTimes_OfEventsInAnyOrder_FindThoseOfTheTimeAndNoOther()
    {
        const int Events = 600, Seconds = 400, Trials = 60;
        await _store.OpenAsync(Token);
        var random = new Random(11);
        var times = Enumerable.Range(0, Events).Select(i => s_noon.AddSeconds((i * Seconds / Events) + random.Next(-90, 90))).ToList();
        await Task.WhenAll(times.Select(time => _store.AppendAsync(Delivery(document: "", receivedAt: time))));

        for (var trial = 0; trial < Trials; trial++)
        {
            var from = s_noon.AddSeconds(random.Next(-100, Seconds + 100));
            var before = from.AddSeconds(random.Next(0, 200));
            var filter = (trial % 3) switch
            {
                0 => new WebSoInboxFilter { ReceivedFrom = from, ReceivedBefore = before },
                1 => new WebSoInboxFilter { ReceivedFrom = from },
                _ => new WebSoInboxFilter { ReceivedBefore = before },
            };

            var page = await _store.ListAsync(filter, 1000, null, Token);

            page.Entries.Should().HaveCount(times.Count(time =>
                time >= (filter.ReceivedFrom ?? DateTimeOffset.MinValue) && time < (filter.ReceivedBefore ?? DateTimeOffset.MaxValue)));
        }
    }

    // More than are looked for at once, so that what comes meanwhile could be found.
    [Fact(Timeout = Limit)]
    public async Task ReplayByTime_TakesNothingThatIsStoredMeanwhile()
    {
        const int Events = 10_001, AtOnce = 4_000;
        await _store.OpenAsync(Token);
        for (var i = 0; i < Events; i += AtOnce)
            await Task.WhenAll(Enumerable.Range(i, Math.Min(AtOnce, Events - i)).Select(_ => _store.AppendAsync(Delivery(document: "", state: WebSoInboxState.Unhandled))));
        Task? meanwhile = null;
        using var listening = _store.OnWork(_ => meanwhile ??= _store.AppendAsync(Delivery(state: WebSoInboxState.Unhandled)));

        var replayed = await _store.ReplayAsync(new WebSoInboxFilter { ReceivedFrom = s_noon }, Token);

        await meanwhile!;
        replayed.Should().Be(Events);
        (await _store.CountAsync(null, Token))[WebSoInboxState.Unhandled].Should().Be(1);
    }

    [Fact(Timeout = Limit)]
    public async Task VeryManyEventsOfOneMinute_AreAllFound()
    {
        const int Events = 700;
        await _store.OpenAsync(Token);
        await Task.WhenAll(Enumerable.Range(0, Events).Select(_ => _store.AppendAsync(Delivery(document: ""))));

        var page = await _store.ListAsync(new WebSoInboxFilter { ReceivedFrom = s_noon, ReceivedBefore = s_noon.AddMinutes(1) }, 1000, null, Token);

        page.Entries.Should().HaveCount(Events);
    }

    [Fact(Timeout = Limit)]
    public async Task ListByTime_PageByPage_GivesEachOnce()
    {
        await _store.OpenAsync(Token);
        for (var i = 0; i < 20; i++)
            await _store.AppendAsync(Delivery(document: "", receivedAt: s_noon.AddMinutes(i)));
        var filter = new WebSoInboxFilter { ReceivedFrom = s_noon.AddMinutes(3), ReceivedBefore = s_noon.AddMinutes(14) };

        var found = new List<DateTimeOffset>();
        string? cursor = null;
        do
        {
            var page = await _store.ListAsync(filter, 4, cursor, Token);
            found.AddRange(page.Entries.Select(entry => entry.ReceivedAt));
            cursor = page.Next;
        }
        while (cursor is not null);

        found.Should().Equal(Enumerable.Range(3, 11).Reverse().Select(i => s_noon.AddMinutes(i)));
    }

    [Fact(Timeout = Limit)]
    public async Task MinutesOfWhichAllIsRemoved_GoWithIt_AndTheOthersStay()
    {
        await _store.OpenAsync(Token);
        for (var i = 0; i < 10; i++)
            await _store.AppendAsync(Delivery(document: "", receivedAt: s_noon.AddSeconds(30 * i)));
        var claims = await _store.ClaimAsync();
        await _store.FinishAsync(claims[3], WebSoInboxState.DeadLetter, "poison", Token);
        foreach (var claim in claims.Where(claim => claim != claims[3]))
            await _store.HandledAsync(claim);
        Minutes.Should().Be(5L);

        _time.Advance(TimeSpan.FromDays(8));
        await _store.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 100, Token);

        Minutes.Should().Be(1L);
        (await FindAsync(s_noon.AddMinutes(1))).Should().Be(1);
    }

    [Fact(Timeout = Limit)]
    public async Task MinutesOfUnhandledOnesThatAreTooMany_GoWithThem()
    {
        await _store.OpenAsync(Token);
        for (var i = 0; i < 5; i++)
            await _store.AppendAsync(Delivery(state: WebSoInboxState.Unhandled, receivedAt: s_noon.AddMinutes(i)));

        await _store.TrimUnhandledAsync("", 2, long.MaxValue, Token);

        Minutes.Should().Be(2L);
    }

    [Fact(Timeout = Limit)]
    public async Task EventOfAMinuteThatAnotherProcessRemoved_IsFound()
    {
        await _store.OpenAsync(Token);
        await _store.AppendAsync(Delivery("1"));
        await _store.HandledAsync(await _store.ClaimOneAsync());
        _time.Advance(TimeSpan.FromDays(8));
        await using (var other = new SqliteInboxStore(_folder.File(), _time))
        {
            await other.OpenAsync(Token);
            await other.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 100, Token);
        }

        Minutes.Should().Be(0L);
        await _store.AppendAsync(Delivery("2"));

        (await FindAsync(s_noon)).Should().Be(1);
    }

    [Fact(Timeout = Limit)]
    public async Task EventOfAMinuteThatThisProcessRemoved_IsFound()
    {
        await _store.OpenAsync(Token);
        await _store.AppendAsync(Delivery("1"));
        await _store.HandledAsync(await _store.ClaimOneAsync());
        _time.Advance(TimeSpan.FromDays(8));
        await _store.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 100, Token);

        await _store.AppendAsync(Delivery("2"));

        (await FindAsync(s_noon)).Should().Be(1);
    }

    [Fact(Timeout = Limit)]
    public async Task EventOfABatchInWhichAnotherWriteFailed_IsFound()
    {
        await _store.OpenAsync(Token);
        using var holder = new SqliteConnection($"Data Source={_folder.File()};Pooling=False");
        holder.Open();
        Execute(holder, "CREATE TRIGGER flaw BEFORE INSERT ON deliveries WHEN NEW.document = 'flaw' BEGIN SELECT abs(-9223372036854775808); END");
        Execute(holder, "BEGIN IMMEDIATE");

        // While the writer is at one that it can't write, the others wait, and are its next batch.
        var first = _store.ProbeAsync(Token);
        await _log.WaitForAsync("WriteFailed", Token);
        var stored = _store.AppendAsync(Delivery("1"));
        var flawed = async () => await _store.AppendAsync(Delivery("flaw"), Token);
        var failing = flawed.Should().ThrowAsync<WebSoInboxStoreException>();
        var last = _store.AppendAsync(Delivery("2"));
        Execute(holder, "ROLLBACK");
        await first;
        await stored;
        await failing;
        await last;

        (await FindAsync(s_noon)).Should().Be(2);
    }

    private async Task<int> FindAsync(DateTimeOffset minute) => (await _store.ListAsync(
        new WebSoInboxFilter { ReceivedFrom = minute, ReceivedBefore = minute.AddMinutes(1) }, 100, null, Token)).Entries.Count;

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
