namespace WebSo.Events.Inbox.Sqlite.Dialect;

// Converts times to the stored format: microseconds since 1970-01-01 UTC. In SQL: datetime(received_at / 1000000, 'unixepoch').
internal static class SqliteTime
{
    private static readonly DateTime s_epoch = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static long ToNumber(DateTime time) => time == DateTime.MaxValue ? long.MaxValue : (time.Ticks - s_epoch.Ticks) / 10;

    public static DateTime ToTime(long number) => number == long.MaxValue ? DateTime.MaxValue : s_epoch.AddTicks(number * 10);
}
