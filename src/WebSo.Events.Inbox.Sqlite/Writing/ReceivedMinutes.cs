namespace WebSo.Events;

// Where in the order of arrival the events of each minute lie. Exact in that no event lies elsewhere; what lies between may be of others.
internal sealed class ReceivedMinutes
{
    // So many numbers to come are noted as the minute's own, so that the next events find it noted.
    private const long Ahead = 255;

    private long _minute;
    private long _last = -1;
    private long _dataVersion;

    public void Note(WriteSession session, long receivedAt, long sequence)
    {
        var minute = receivedAt / TimeSpan.TicksPerMinute;
        if (minute == _minute && sequence <= _last && session.DataVersion == _dataVersion)
            return;

        // Numbers only grow, so the first stays the first.
        (_minute, _last, _dataVersion) = (minute, sequence + Ahead, session.DataVersion);
        session.Sql("INSERT INTO minutes(minute, first, last) VALUES (?1, ?2, ?3) ON CONFLICT (minute) DO UPDATE SET last = excluded.last")
            .Bind(1, minute)
            .Bind(2, sequence)
            .Bind(3, _last)
            .Execute();
    }

    // What was noted may have gone, or was taken back.
    public void Forget() => _last = -1;

    // Runs a statement that removes events and returns when they were received; a minute of which no event is left goes with them.
    public static int Remove(WriteSession session, SqliteStatement removal)
    {
        var minutes = new HashSet<long>();
        var count = 0;
        for (; removal.Step(); count++)
            minutes.Add(removal.Int64(0) / TimeSpan.TicksPerMinute);
        foreach (var minute in minutes)
        {
            session.Sql("DELETE FROM minutes WHERE minute = ?1 AND NOT EXISTS (SELECT 1 FROM deliveries WHERE seq >= first AND seq <= last AND CAST(received_at AS INTEGER) / 600000000 = ?1)")
                .Bind(1, minute)
                .Execute();
        }

        session.Minutes.Forget();
        return count;
    }
}
