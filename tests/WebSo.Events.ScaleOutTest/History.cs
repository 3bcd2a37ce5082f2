using FluentAssertions;

namespace WebSo.Events.ScaleOutTest;

// What all instances did, held against the promise.
internal sealed class History
{
    private readonly List<Handling> _handlings;
    private readonly IReadOnlyDictionary<string, List<string>> _answered;

    public History(IReadOnlyCollection<LogEntry> entries, IReadOnlyDictionary<string, List<string>> answered, Disturbances disturbances)
    {
        _answered = answered;
        var stalls = entries.Where(entry => entry.Kind == LogKind.Stall).ToLookup(entry => entry.Run, entry => (entry.Claimed, entry.Tick));
        Stalls = stalls.Sum(run => run.Count());
        _handlings =
        [
            .. entries
                .Where(entry => entry.Kind != LogKind.Stall)
                .GroupBy(entry => (entry.Run, entry.DeliveryId, entry.Attempt))
                .Select(attempt => new Handling([.. attempt], answered[attempt.First().Document].IndexOf(attempt.First().Body), disturbances, stalls[attempt.Key.Run]))
                .OrderBy(handling => handling.Begun),
        ];
    }

    public int Handlings => _handlings.Count;

    public int Refused => _handlings.Count(handling => handling.Refused is not null);

    public int Overlaps { get; private set; }

    public int Stalls { get; }

    public void EachAnsweredEventIsHandled()
    {
        var ended = _handlings.Where(handling => handling.HasEnded).Select(handling => (handling.Document, handling.Body)).ToHashSet();
        var lost = _answered.SelectMany(document => document.Value.Select(body => (document.Key, body))).Where(answered => !ended.Contains(answered));
        lost.Should().BeEmpty("what was answered with 200 is handled");
    }

    public void EachEventIsStoredOnce() => _handlings
        .GroupBy(handling => (handling.Document, handling.Number))
        .Where(e => e.Select(handling => handling.DeliveryId).Distinct().Count() > 1)
        .Select(e => string.Join("; ", e))
        .Should().BeEmpty("a repeat is not an event of its own, wherever it comes");

    public void NoneOfOneDocumentOverlap()
    {
        var overlaps = OfDocuments().SelectMany(document => Pairs(document).Where(pair => pair.Older.Overlaps(pair.Newer))).ToList();
        Overlaps = overlaps.Count;
        overlaps.Where(pair => !pair.Older.IsExcused).Should().BeEmpty("only a process that stood still beyond its lease is overtaken");
        overlaps.Where(pair => pair.Older.Marked is not null).Should().BeEmpty("the marks of what was overtaken are refused");
    }

    public void EachDocumentIsInOrder()
    {
        foreach (var document in OfDocuments())
        {
            Pairs(document)
                .Where(pair => pair.Older.Begun > pair.Newer.Begun && !pair.Older.IsExcused)
                .Should().BeEmpty("events of a document are begun in order of arrival");
            Pairs(document)
                .Where(pair => pair.Newer.Number == pair.Older.Number + 1 && !document.Any(e => e.Number == pair.Older.Number && e.HasEnded && e.Closed <= pair.Newer.Begun))
                .Should().BeEmpty("an event is begun when the one before it has ended");
        }
    }

    public void MarksAreThoseOfTheLastClaim()
    {
        _handlings.Where(handling => handling.Marked is not null && !handling.HasEnded).Should().BeEmpty("only what has ended is marked");
        foreach (var attempts in _handlings.GroupBy(handling => handling.DeliveryId))
        {
            attempts.Count(attempt => attempt.Marked is not null).Should().BeLessThanOrEqualTo(1, "an event is handled for good once: {0}", string.Join("; ", attempts));
            var last = attempts.Max(attempt => attempt.Attempt);
            attempts.Where(attempt => attempt.Marked is not null && attempt.Attempt < last).Should().BeEmpty("another had claimed it meanwhile");
        }

        _handlings
            .Where(handling => handling.Refused is not null && !handling.IsExcused && !handling.WasDatabaseGone)
            .Should().BeEmpty("a mark in time is taken");
    }

    private IEnumerable<List<Handling>> OfDocuments() => _handlings.GroupBy(handling => handling.Document).Select(document => document.ToList());

    private static IEnumerable<(Handling Older, Handling Newer)> Pairs(List<Handling> document) =>
        from older in document
        from newer in document
        where older.IsOlderThan(newer)
        select (older, newer);
}
