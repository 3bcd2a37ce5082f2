using FluentAssertions;
using Microsoft.Extensions.Time.Testing;

namespace WebSo.Events.Inbox.Contracts;

// Arrivals, repeats, failures, pauses and restarts as a seed draws them, on a real host and store. The steps are those of the seed;
// how threads interleave is the machine's.
internal sealed class Simulation(int seed, Func<TimeProvider, IWebSoInboxStore> createStore, CancellationToken cancellationToken)
{
    private const int Documents = 3;

    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_day = TimeSpan.FromHours(24);
    private static readonly TimeSpan[] s_pauses =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(61), TimeSpan.FromMinutes(10), TimeSpan.FromHours(23), TimeSpan.FromHours(25)];

    private readonly Random _random = new(seed);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly SimulatedHandlers _handlers = new();
    private readonly List<SimulatedEvent> _stored = [];
    private readonly List<string> _steps = [];
    private SimulatedHost _host = null!;
    private int _step;

    // What was done, for whoever reads that it failed.
    public string Schedule => string.Join(", ", _steps);

    public async Task RunAsync()
    {
        _host = await StartHostAsync();
        try
        {
            for (var count = _random.Next(10, 30); _step < count; _step++)
                await StepAsync();
            await EndAsync();
        }
        finally
        {
            await _host.DisposeAsync();
        }
    }

    private Task StepAsync() => _random.Next(100) switch
    {
        < 35 => CallNewAsync(),
        < 55 => RepeatAsync(),
        < 63 => CallTogetherAsync(),
        < 78 => AdvanceAsync(s_pauses[_random.Next(s_pauses.Length)]),
        < 85 => SetPausedAsync(_random.Next(2) == 0),
        < 92 => RestartAsync(),
        _ => OpenAsync(),
    };

    private Task CallNewAsync() => CallAsync($"document-{_random.Next(Documents)}", _stored.Count + 1, isAnswered: _random.Next(4) > 0);

    private Task RepeatAsync() => _stored.Count == 0
        ? CallNewAsync()
        : CallAsync(_stored[^_random.Next(1, Math.Min(4, _stored.Count) + 1)], isAnswered: _random.Next(4) > 0);

    private Task CallAsync(SimulatedEvent e, bool isAnswered) => CallAsync(e.Document, e.Number, isAnswered);

    private async Task CallAsync(string document, int number, bool isAnswered)
    {
        Note($"call {document}/{number}{(isAnswered ? "" : " unanswered")}");
        var before = _stored.FindLast(one => one.Document == document && one.Number == number)?.LastSeenAt;
        var e = See(document, number, isAnswered, out var expected);
        var outcome = await _host.PostAsync(e.Body, isAnswered, cancellationToken);
        outcome.Should().Be(expected, "{0} was last seen {1} ago", e, _time.GetUtcNow() - before);
        Answered(e);
    }

    // Two calls that overlap: of two events, or of one.
    private async Task CallTogetherAsync()
    {
        var (document, number, isOne) = ($"document-{_random.Next(Documents)}", _stored.Count + 1, _random.Next(2) == 0);
        Note($"call together {document}/{number} and {(isOne ? "the same" : number + 1)}");
        var first = See(document, number, isAnswered: true, out _);
        var second = See(document, isOne ? number : number + 1, isAnswered: true, out _);
        var outcomes = await Task.WhenAll(
            Task.Run(() => _host.PostAsync(first.Body, isAnswered: true, cancellationToken)),
            Task.Run(() => _host.PostAsync(second.Body, isAnswered: true, cancellationToken)));
        outcomes.Should().BeEquivalentTo([WebSoOutcome.Stored, isOne ? WebSoOutcome.Repeat : WebSoOutcome.Stored]);
        Answered(first);
        Answered(second);
    }

    // By the rules of docs/delivery.md.
    private SimulatedEvent See(string document, int number, bool isAnswered, out WebSoOutcome expected)
    {
        var now = _time.GetUtcNow();
        var e = _stored.FindLast(one => one.Document == document && one.Number == number);
        if (e is not null && now - e.LastSeenAt < (e.IsAnswered ? s_window : s_day))
        {
            e.Sightings++;
            expected = WebSoOutcome.Repeat;
        }
        else
        {
            e = new SimulatedEvent(document, number, _random) { CalledAt = _step };
            _stored.Add(e);
            _handlers.Expect(e);
            expected = WebSoOutcome.Stored;
        }

        (e.LastSeenAt, e.IsAnswered) = (now, isAnswered);
        return e;
    }

    private void Answered(SimulatedEvent e) => e.AnsweredAt = Math.Min(e.AnsweredAt, _step);

    private async Task AdvanceAsync(TimeSpan pause)
    {
        Note($"{pause} pass");
        _time.Advance(pause);
        await _host.Inbox.GetBacklogAsync(null, cancellationToken);
    }

    private async Task SetPausedAsync(bool isPaused)
    {
        Note(isPaused ? "pause" : "resume");
        if (!isPaused)
            _handlers.SetPaused(false);
        await (isPaused ? _host.Inbox.PauseAsync(null, cancellationToken) : _host.Inbox.ResumeAsync(null, cancellationToken));
        if (isPaused)
            _handlers.SetPaused(true);
    }

    private async Task RestartAsync()
    {
        Note("restart");
        await _host.DisposeAsync();
        _host = await StartHostAsync();
    }

    private Task OpenAsync()
    {
        Note("those that wait go on");
        _handlers.Open(forGood: false);
        return Task.CompletedTask;
    }

    private async Task EndAsync()
    {
        await SetPausedAsync(false);
        _handlers.Open(forGood: true);
        while (await _host.Inbox.GetBacklogAsync(null, cancellationToken) is { Pending: > 0 } or { Handling: > 0 })
        {
            _time.Advance(TimeSpan.FromSeconds(30));
            await Task.Delay(1, cancellationToken);
        }

        _handlers.Violations.Should().BeEmpty();
        var page = await _host.Inbox.ListAsync(new WebSoInboxFilter(), 1000, null, cancellationToken);
        page.Entries.Should().HaveCount(_stored.Count, "each event is stored once");
        foreach (var e in _stored)
            CheckEnd(e, page.Entries.SingleOrDefault(entry => entry.DeliveryId == e.DeliveryId));
    }

    private static void CheckEnd(SimulatedEvent e, WebSoInboxEntry? entry)
    {
        entry.Should().NotBeNull("{0} was answered with 200, so it is handled", e);
        entry!.State.Should().Be(e.IsDeadLetter ? WebSoInboxState.DeadLetter : WebSoInboxState.Handled, "of {0}", e);
        entry.Sightings.Should().Be(e.Sightings, "of {0}", e);
        entry.IsAnswered.Should().Be(e.IsAnswered, "of {0}", e);
        e.IsSettled.Should().BeTrue("all handlers of {0} completed, or one rejected it", e);
    }

    private Task<SimulatedHost> StartHostAsync() => SimulatedHost.StartAsync(createStore, _time, _handlers, cancellationToken);

    private void Note(string step) => _steps.Add(step);
}
