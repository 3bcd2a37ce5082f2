namespace WebSo.Events;

// Which events' first calls were answered, as ranges of their numbers: nearly all are, and nearly in order, so a commit moves the end of
// one range where it would else write all rows of the last one again.
internal static class AnsweredRanges
{
    // Of a row d: the number of the last sighting that is known to be answered.
    public const string LastAnswered =
        "max(d.answered_repeat, coalesce((SELECT last >= d.seq FROM answered WHERE first <= d.seq ORDER BY first DESC LIMIT 1), 0))";

    private const string RangeOf = "SELECT last FROM answered WHERE first <= ?1 ORDER BY first DESC LIMIT 1";

    public static bool Contain(WriteSession session, long sequence) => session.Sql(RangeOf).Bind(1, sequence).ReadInt64() >= sequence;

    public static void Add(WriteSession session, List<long> sequences)
    {
        sequences.Sort();
        for (var i = 0; i < sequences.Count;)
        {
            var first = i++;
            while (i < sequences.Count && sequences[i] <= sequences[i - 1] + 1)
                i++;
            Add(session, sequences[first], sequences[i - 1]);
        }
    }

    // Of what is no longer stored none need stay, and two with nothing stored between them are one: of the oldest, since a dead letter
    // may be kept for years, and so many at a time that no call waits for it.
    public static void Purge(WriteSession session)
    {
        session.Sql("DELETE FROM answered WHERE first < ?1 AND last < ?1")
            .Bind(1, session.Sql("SELECT min(seq) FROM deliveries").ReadInt64() ?? long.MaxValue)
            .Execute();
        var oldest = ReadOldest(session);
        for (var i = 1; i < oldest.Count; i++)
        {
            var (before, after) = (oldest[i - 1], oldest[i]);
            if (session.Sql("SELECT 1 FROM deliveries WHERE seq > ?1 AND seq < ?2 LIMIT 1").Bind(1, before.Last).Bind(2, after.First).ReadInt64() is not null)
                continue;

            Add(session, before.Last, after.First);
            oldest[i] = (before.First, after.Last);
        }
    }

    private static List<(long First, long Last)> ReadOldest(WriteSession session)
    {
        var ranges = new List<(long, long)>();
        var rows = session.Sql("SELECT first, last FROM answered ORDER BY first LIMIT 200");
        while (rows.Step())
            ranges.Add((rows.Int64(0), rows.Int64(1)));
        return ranges;
    }

    // Joined with those that it touches.
    private static void Add(WriteSession session, long first, long last)
    {
        var before = session.Sql("SELECT first FROM (SELECT first, last FROM answered WHERE first <= ?1 ORDER BY first DESC LIMIT 1) WHERE last >= ?1 - 1").Bind(1, first).ReadInt64();
        first = before ?? first;
        var behind = session.Sql("SELECT max(last) FROM answered WHERE first >= ?1 AND first <= ?2 + 1").Bind(1, first).Bind(2, last).ReadInt64();
        last = Math.Max(behind ?? last, last);
        session.Sql("DELETE FROM answered WHERE first > ?1 AND first <= ?2").Bind(1, first).Bind(2, last).Execute();
        session.Sql("INSERT INTO answered(first, last) VALUES (?1, ?2) ON CONFLICT (first) DO UPDATE SET last = excluded.last").Bind(1, first).Bind(2, last).Execute();
    }
}
