namespace WebSo.Events.ScaleOutTest;

// One attempt at one event, by one run of an instance. Ticks are those of Stopwatch.
internal sealed class Handling(IReadOnlyCollection<LogEntry> entries, int number, Disturbances disturbances, IEnumerable<(long Begin, long End)> stalls)
{
    private readonly LogEntry _first = entries.First();

    public Guid DeliveryId => _first.DeliveryId;

    public string Document => _first.Document;

    public string Body => _first.Body;

    public int Attempt => _first.Attempt;

    // The place of its event among those of the document.
    public int Number => number;

    public long Claimed => _first.Claimed;

    public long Begun => Tick(LogKind.Begin) ?? _first.Tick;

    public bool HasEnded => Tick(LogKind.End) is not null;

    // When nothing more was done for the event; a killed process does no more.
    public long Closed { get; } = entries.LastOrDefault(entry => entry.Kind is LogKind.Cut or LogKind.End)?.Tick ?? disturbances.KilledAt(entries.First().Run) ?? long.MaxValue;

    public long? Marked => Tick(LogKind.Marked);

    public long? Refused => Tick(LogKind.Refused);

    // Whether its process stood still for so long, while it had the claim, that it may have lost it.
    public bool IsExcused => StoodStill(Claimed, Math.Max(Closed, Refused ?? 0));

    public bool WasDatabaseGone => disturbances.WasDatabaseGone(Claimed, Refused ?? Closed);

    public bool IsOlderThan(Handling other) => (Number, Attempt).CompareTo((other.Number, other.Attempt)) < 0;

    public bool Overlaps(Handling other) => Begun < other.Closed && other.Begun < Closed;

    public override string ToString() =>
        $"document {Document} event {Number} attempt {Attempt} run {_first.Run}: claimed {Claimed}, begun {Begun}, closed {Closed}, marked {Marked}, refused {Refused}";

    private bool StoodStill(long begin, long end) =>
        disturbances.WasStopped(_first.Run, begin, end) || stalls.Any(stall => stall.Begin <= end && stall.End >= begin);

    private long? Tick(LogKind kind) => entries.FirstOrDefault(entry => entry.Kind == kind)?.Tick;
}
