using System.Globalization;
using FluentAssertions;
using Microsoft.Extensions.Time.Testing;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// Which calls were answered is kept as ranges of numbers, in whatever order the notes come.
public sealed class AnsweredRangesTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly SqliteInboxStore _store;

    public AnsweredRangesTests() => _store = new SqliteInboxStore(_folder.File(), _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Ranges => TestFile.Read(_folder.File(), "SELECT coalesce(group_concat(first || '-' || last, ' '), '') FROM (SELECT * FROM answered ORDER BY first)")!.ToString()!;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("1 2 3", "1-3")]
    [InlineData("1 2 | 3", "1-3")]
    [InlineData("1 3", "1-1 3-3")]
    [InlineData("1 3 | 2", "1-3")]
    [InlineData("3 | 2 | 1", "1-3")]
    [InlineData("1 2 3 5 6 | 4 | 7", "1-7")]
    [InlineData("2 4 6 | 1 3 5", "1-6")]
    [InlineData("1 2 3 4 | 2 3 | 4 5", "1-5")]
    [InlineData("2 | 1 2 3", "1-3")]
    public async Task Notes_JoinTheRangesThatTheyTouch(string commits, string ranges)
    {
        await _store.OpenAsync(Token);
        var ids = await StoreAsync(7);

        foreach (var commit in commits.Split(" | "))
            await AnswerAsync(commit.Split(' ').Select(Number));

        Ranges.Should().Be(ranges);
        var answered = commits.Split(' ').Where(note => note != "|").Select(Number).ToHashSet();
        for (var i = 0; i < ids.Count; i++)
            (await _store.EntryAsync(ids[i])).IsAnswered.Should().Be(answered.Contains(i + 1), "event {0}", i + 1);
    }

    [Fact]
    public async Task NotesInAnyOrder_AreAsManyRangesAsThereAreGaps()
    {
        const int Count = 200;
        await _store.OpenAsync(Token);
        var ids = await StoreAsync(Count);
        var random = new Random(7);
        var notes = Enumerable.Range(1, Count).Where(_ => random.Next(5) > 0).OrderBy(_ => random.Next()).ToList();

        foreach (var commit in notes.Chunk(9))
            await AnswerAsync(commit);

        var answered = notes.ToHashSet();
        Ranges.Split(' ').Should().HaveCount(answered.Count(note => !answered.Contains(note - 1)));
        var page = await _store.ListAsync(new WebSoInboxFilter(), Count, null, Token);
        page.Entries.Where(entry => entry.IsAnswered).Select(entry => ids.IndexOf(entry.DeliveryId) + 1).Should().BeEquivalentTo(answered);
    }

    [Fact]
    public async Task RangesOfEventsThatAreGone_GoWithThem()
    {
        await _store.OpenAsync(Token);
        await StoreAsync(3);
        await AnswerAsync([1, 3]);
        foreach (var claim in (await _store.ClaimAsync()).Take(2))
            await _store.HandledAsync(claim);

        _time.Advance(TimeSpan.FromDays(8));
        await _store.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 100, Token);

        Ranges.Should().Be("3-3");
    }

    [Fact]
    public async Task RangesWithNothingStoredBetween_AreOne_ThoughAnOldDeadLetterStays()
    {
        await _store.OpenAsync(Token);
        await StoreAsync(6);
        await AnswerAsync([1, 3, 6]);
        var claims = await _store.ClaimAsync();
        await _store.FinishAsync(claims[0], WebSoInboxState.DeadLetter, "poison", Token);
        foreach (var claim in claims.Skip(1).Take(3))
            await _store.HandledAsync(claim);

        _time.Advance(TimeSpan.FromDays(8));
        await _store.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 100, Token);

        Ranges.Should().Be("1-3 6-6", "the fifth is stored yet, and was not answered");
    }

    [Fact]
    public async Task NumbersOfProbesAndReplays_LeaveNoGap()
    {
        await _store.OpenAsync(Token);
        await StoreAsync(1);
        await AnswerAsync([1]);
        await _store.ProbeAsync(Token);
        await _store.HandledAsync(await _store.ClaimOneAsync());
        await _store.ReplayAsync(new WebSoInboxFilter { State = WebSoInboxState.Handled }, Token);
        await _store.ProbeAsync(Token);

        Ranges.Should().Be("1-4");
    }

    [Fact]
    public async Task NoteOfAnEventThatIsNotStored_IsOfAnotherFile()
    {
        await _store.OpenAsync(Token);
        var ids = await StoreAsync(1);

        await AnswerAsync([1, 2]);
        ids.AddRange(await StoreAsync(1));

        Ranges.Should().Be("1-1");
        (await _store.EntryAsync(ids[1])).IsAnswered.Should().BeFalse();
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private async Task<List<Guid>> StoreAsync(int count)
    {
        var ids = new List<Guid>();
        for (var i = 1; i <= count; i++)
            ids.Add(await _store.AppendAsync(Delivery(document: i.ToString(CultureInfo.InvariantCulture))));
        return ids;
    }

    // Notes share the next commit; this one writes nothing else.
    private async Task AnswerAsync(IEnumerable<int> numbers)
    {
        foreach (var number in numbers)
            _store.MarkAnswered(new WebSoInboxSighting(number, 1));
        await _store.RenewAsync([], Token);
    }
}
