using FluentAssertions;
using WebSo.Events.Inbox.Contracts;
using Xunit;
using static WebSo.Events.Inbox.Contracts.Deliveries;

namespace WebSo.Events.Inbox.PostgreSql.Tests;

/// <summary>That the answers of events which were stored together went out is noted in one row, as long as their numbers follow each other.</summary>
public sealed class AnswerTests(PostgreSqlServer server) : DatabaseTest(server)
{
    private string Answers => $"{Database.Schema}.answers";

    [Fact]
    public async Task AnswersOfWhatWasStoredTogether_AreOneRow()
    {
        await using var store = await Database.OpenAsync();

        var events = await AppendAnsweredAsync(store, 5, _ => true);

        (await CountAsync()).Should().Be(1);
        (await Task.WhenAll(events.Select(id => store.EntryAsync(id)))).Should().OnlyContain(entry => entry.IsAnswered);
        (await store.EntryAsync(await store.AppendAsync(Delivery("later")))).IsAnswered.Should().BeFalse();
    }

    [Fact]
    public async Task OneWithoutAnswer_AmongOthers_IsNotTakenForAnswered()
    {
        await using var store = await Database.OpenAsync();

        var events = await AppendAnsweredAsync(store, 5, i => i != 2);

        (await Task.WhenAll(events.Select(id => store.EntryAsync(id)))).Select(entry => entry.IsAnswered).Should().Equal(true, true, false, true, true);
        (await CountAsync()).Should().Be(2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task RepeatOfOneOfThem_CountsAsUnanswered_UntilItsOwnAnswer(int which)
    {
        await using var store = await Database.OpenAsync();
        var events = await AppendAnsweredAsync(store, 5, _ => true);

        var repeat = await store.AppendAsync(Delivery($"{which}", key: $"{which}"), Token);
        var before = await store.EntryAsync(events[which]);
        store.MarkAnswered(repeat.Sighting);

        repeat.Outcome.Should().Be(WebSoInboxAppendOutcome.Repeat);
        before.IsAnswered.Should().BeFalse();
        await Eventually.TrueAsync(async () => (await store.EntryAsync(events[which])).IsAnswered, "its second answer is noted");
        (await Task.WhenAll(events.Select(id => store.EntryAsync(id)))).Should().OnlyContain(entry => entry.IsAnswered);
    }

    // After a fail-over to a standby that lacked it, its number will be another's.
    [Fact]
    public async Task AnswersOfEventsOfWhichOneIsGone_AreKeptOfTheOthers()
    {
        await using var store = await Database.OpenAsync();
        var results = await AppendTogetherAsync(store, 3);
        await Server.ExecuteAsync($"DELETE FROM {Deliveries} WHERE document = '1'");

        foreach (var result in results)
            store.MarkAnswered(result.Sighting);
        await Eventually.TrueAsync(async () => (await store.EntryAsync(results[0].DeliveryId)).IsAnswered, "notes are written");

        (await store.EntryAsync(results[2].DeliveryId)).IsAnswered.Should().BeTrue();
        (await Server.ReadAsync<long[]>($"SELECT array_agg(seq) FROM {Answers} WHERE last_seq IS NULL")).Should().BeEquivalentTo([results[0].Sighting.Id, results[2].Sighting.Id]);
        (await CountAsync()).Should().Be(2);
    }

    [Fact]
    public async Task RemovalOfSomeOfThem_LeavesTheAnswersOfTheOthers_AndOfTheLastTheRow()
    {
        await using var store = await Database.OpenAsync();
        var dead = await store.AppendAsync(Delivery("dead"));
        await store.FinishAsync(await store.ClaimOneAsync(), WebSoInboxState.DeadLetter, "given up", Token);
        var events = await AppendAnsweredAsync(store, 4, _ => true, WebSoInboxState.Unhandled);

        (await store.TrimUnhandledAsync("", 2, long.MaxValue, Token)).Should().Be(2);
        var left = await Task.WhenAll(events[2..].Select(id => store.EntryAsync(id)));
        var rows = await CountAsync();
        (await store.TrimUnhandledAsync("", 0, long.MaxValue, Token)).Should().Be(2);

        left.Should().OnlyContain(entry => entry.IsAnswered);
        rows.Should().Be(1);
        (await CountAsync()).Should().Be(0, "though the dead letter {0} is older", dead);
    }

    // As one that was noted while its event was removed. The dead letter is older, and stays.
    [Fact]
    public async Task AnswerOfAnEventThatIsGone_IsRemovedWithThoseAfterIt_ThoughAnOlderEventIsKept()
    {
        await using var store = await Database.OpenAsync();
        await store.AppendAsync(Delivery("dead"));
        await store.FinishAsync(await store.ClaimOneAsync(), WebSoInboxState.DeadLetter, "given up", Token);
        await AppendAnsweredAsync(store, 2, _ => true, WebSoInboxState.Unhandled);
        var single = await AppendOneAnsweredAsync(store, "single");
        await Server.ExecuteAsync($"DELETE FROM {Deliveries} WHERE document IN ('0', '1', 'single')");
        await AppendOneAnsweredAsync(store, "removed");
        await AppendOneAnsweredAsync(store, "kept");
        var before = await CountAsync();

        (await store.TrimUnhandledAsync("", 1, long.MaxValue, Token)).Should().Be(1);

        before.Should().Be(4, "there is one for two, one for {0}, and one each for what came later", single);
        (await CountAsync()).Should().Be(1, "the last is kept");
    }

    [Fact]
    public async Task AnswersOlderThanAllEvents_AreRemoved_ThoughTheyAreMany()
    {
        await using var store = await Database.OpenAsync();
        await AppendOneAnsweredAsync(store, "kept");
        await Server.ExecuteAsync($"INSERT INTO {Answers} (seq, number) SELECT -i, 1 FROM generate_series(1, 1500) AS i");

        for (var i = 0; i < 2; i++)
            await store.PurgeAsync("", WebSoInboxState.Handled, TimeSpan.FromDays(7), 500, Token);

        (await CountAsync()).Should().Be(1);
    }

    // The first attempt notes two answers, as many as its transaction has room for; the next, with more room, their neighbours too. Were
    // these one run, from 2 to 6, the run from 4 to 5 would be found for 3, of which it does not tell.
    [Fact]
    public async Task AnswersThatAreNotedOnceMore_SinceTheCommitWasLost_HideNoOthers()
    {
        await using var proxy = new CuttingProxy(Server.Port);
        await using var store = await Database.OpenAsync(Server.ConnectionTo(proxy.Port), configure: options => options.UseNotifications = false);
        var events = await AppendTogetherAsync(store, 5);
        using var withdrawal = new CancellationTokenSource();
        await using var session = await Session.LockAsync(Server, $"LOCK TABLE {Deliveries} IN EXCLUSIVE MODE");
        var blocked = store.AppendAsync(Delivery("blocked"), Token).AsTask();
        await session.WaitUntilOthersWaitAsync(Database.Schema);
        var kept = Enumerable.Range(0, 244).Select(i => store.AppendAsync(Delivery($"kept-{i}"), Token).AsTask()).ToArray();
        var withdrawn = Enumerable.Range(0, 10).Select(i => store.AppendAsync(Delivery($"withdrawn-{i}"), withdrawal.Token).AsTask()).ToArray();
        foreach (var i in (int[])[2, 3, 0, 1, 4])
            store.MarkAnswered(events[i].Sighting);
        proxy.CutNextCommit(afterOthers: 1);
        proxy.OnCut = withdrawal.Cancel;

        await session.CommitAsync();
        await blocked;
        await Task.WhenAll(kept);
        await Eventually.TrueAsync(async () => (await store.EntryAsync(events[4].DeliveryId)).IsAnswered, "notes are written");

        proxy.Cuts.Should().Be(1);
        withdrawn.Should().OnlyContain(append => append.IsCanceled);
        (await Task.WhenAll(events.Select(result => store.EntryAsync(result.DeliveryId)))).Should().OnlyContain(entry => entry.IsAnswered);
    }

    private async Task<Guid[]> AppendAnsweredAsync(
        WebSoPostgreSqlInboxStore store, int count, Func<int, bool> isAnswered, WebSoInboxState state = WebSoInboxState.Pending)
    {
        var results = await AppendTogetherAsync(store, count, state);
        var answered = Enumerable.Range(0, count).Where(isAnswered).ToArray();
        foreach (var i in answered)
            store.MarkAnswered(results[i].Sighting);
        await Eventually.TrueAsync(async () => (await store.EntryAsync(results[answered[^1]].DeliveryId)).IsAnswered, "notes are written");
        return [.. results.Select(result => result.DeliveryId)];
    }

    private static async Task<Guid> AppendOneAnsweredAsync(WebSoPostgreSqlInboxStore store, string document)
    {
        var result = await store.AppendAsync(Delivery(document, state: WebSoInboxState.Unhandled), Token);
        store.MarkAnswered(result.Sighting);
        await Eventually.TrueAsync(async () => (await store.EntryAsync(result.DeliveryId)).IsAnswered, "the note is written");
        return result.DeliveryId;
    }

    private async Task<WebSoInboxAppendResult[]> AppendTogetherAsync(WebSoPostgreSqlInboxStore store, int count, WebSoInboxState state = WebSoInboxState.Pending)
    {
        await using var session = await Session.LockAsync(Server, $"LOCK TABLE {Deliveries} IN EXCLUSIVE MODE");
        var blocked = store.AppendAsync(Delivery("blocked"), Token).AsTask();
        await session.WaitUntilOthersWaitAsync(Database.Schema);
        var together = Enumerable.Range(0, count).Select(i => store.AppendAsync(Delivery($"{i}", key: $"{i}", state: state), Token).AsTask()).ToArray();
        await session.CommitAsync();
        await blocked;
        return await Task.WhenAll(together);
    }

    private Task<long> CountAsync() => Server.ReadAsync<long>($"SELECT count(*) FROM {Answers}");
}
