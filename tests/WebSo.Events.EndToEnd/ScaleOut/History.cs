using FluentAssertions;

namespace WebSo.Events.EndToEnd.ScaleOut;

// Checks the guarantees against what all instances did.
internal sealed class History
{
    private readonly List<Handling> _handlings;
    private readonly IReadOnlyDictionary<Guid, int> _handled;
    private readonly IReadOnlyDictionary<string, List<string>> _answered;

    // handled: the attempt that handled each stored delivery. answered: the bodies of each document in the order of their calls.
    public History(
        IReadOnlyCollection<LogEntry> entries, IReadOnlyDictionary<Guid, int> handled, IReadOnlyDictionary<string, List<string>> answered, Disturbances disturbances)
    {
        (_handled, _answered) = (handled, answered);
        var stalls = entries.Where(entry => entry.Kind == LogKind.Stall).ToLookup(entry => entry.Run, entry => (entry.Since, entry.Tick));
        Stalls = stalls.Sum(run => run.Count());
        _handlings =
        [
            .. entries
                .Where(entry => entry.Kind != LogKind.Stall)
                .GroupBy(entry => (entry.Run, entry.DeliveryId, entry.Attempt))
                .Select(attempt => new Handling([.. attempt], answered[attempt.First().Document].IndexOf(attempt.First().Body), disturbances, stalls[attempt.Key.Run]))
                .OrderBy(handling => handling.Begun),
        ];
        Overlaps = [.. ByDocument().SelectMany(document => Pairs(document).Where(pair => pair.Older.Overlaps(pair.Newer)))];
    }

    public int Handlings => _handlings.Count;

    public int Stalls { get; }

    // Attempts at different events of one document at the same time.
    public IReadOnlyList<(Handling Older, Handling Newer)> Overlaps { get; }

    public void CheckAnsweredEventsAreHandled()
    {
        var ended = _handlings.Where(handling => handling.HasEnded).Select(handling => (handling.Document, handling.Body)).ToHashSet();
        var lost = _answered.SelectMany(document => document.Value.Select(body => (document.Key, body))).Where(answered => !ended.Contains(answered));
        lost.Should().BeEmpty("an event that was answered with 200 is handled");
    }

    public void CheckEventsAreStoredOnce()
    {
        _handlings
            .GroupBy(handling => (handling.Document, handling.Number))
            .Where(e => e.Select(handling => handling.DeliveryId).Distinct().Count() > 1)
            .Select(e => string.Join("; ", e))
            .Should().BeEmpty("a duplicate is not stored as another event, at any instance");
        _handled.Should().HaveCount(_answered.Values.Sum(bodies => bodies.Count), "each event is answered with 200 and stored once");
    }

    public void CheckNoOverlapsInDocument() =>
        Overlaps.Where(pair => !pair.Older.MayBeOvertaken).Should().BeEmpty("only a process that was stopped for longer than its lease is overtaken");

    public void CheckOrderInDocument()
    {
        foreach (var document in ByDocument())
        {
            Pairs(document)
                .Where(pair => pair.Older.Begun > pair.Newer.Begun && !pair.Older.MayBeOvertaken)
                .Should().BeEmpty("events of a document begin in order of arrival");
            Pairs(document)
                .Where(pair => pair.Newer.Number == pair.Older.Number + 1 && !document.Any(e => e.Number == pair.Older.Number && e.HasEnded && e.Closed <= pair.Newer.Begun))
                .Should().BeEmpty("an event begins after the previous event has ended");
        }
    }

    // An overtaken process can't end the event. A later attempt can end it without calling a handler: if the reply to a COMMIT is lost, the
    // batch is written again, which includes the completion of the handler.
    public void CheckLastAttemptCounts()
    {
        foreach (var attempts in _handlings.GroupBy(handling => handling.DeliveryId))
        {
            var last = attempts.MaxBy(handling => handling.Attempt)!;
            last.HasEnded.Should().BeTrue("the last attempt handles the event: {0}", last);
            _handled[attempts.Key].Should().BeGreaterThanOrEqualTo(last.Attempt, "only the holder of the lease can end an attempt: {0}", string.Join("; ", attempts));
        }
    }

    private IEnumerable<List<Handling>> ByDocument() => _handlings.GroupBy(handling => handling.Document).Select(document => document.ToList());

    private static IEnumerable<(Handling Older, Handling Newer)> Pairs(List<Handling> document) =>
        from older in document
        from newer in document
        where older.IsOlderThan(newer)
        select (older, newer);
}
