namespace WebSo.Events;

// Which events' first calls were answered, as ranges of their numbers: nearly all are, and nearly in order, so a commit moves the end of
// one range where it would else write all rows of the last one again.
internal static class AnsweredRanges
{
    // Of a row d: the number of the last sighting that is known to be answered.
    public const string LastAnswered =
        "max(d.answered, coalesce((SELECT last >= d.seq FROM answered WHERE first <= d.seq ORDER BY first DESC LIMIT 1), 0))";

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

    // Ranges end before the first event that is still stored.
    public static void Purge(WriteSession session) =>
        session.Sql("DELETE FROM answered WHERE last < coalesce((SELECT min(seq) FROM deliveries), 9223372036854775807)").Execute();

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
