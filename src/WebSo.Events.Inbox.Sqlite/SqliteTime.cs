namespace WebSo.Events;

// A time as it is stored: microseconds since 1970, UTC. datetime(received_at / 1000000, 'unixepoch') shows it.
internal static class SqliteTime
{
    private static readonly DateTime s_epoch = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static long ToNumber(DateTime time) => time == DateTime.MaxValue ? long.MaxValue : (time.Ticks - s_epoch.Ticks) / 10;

    public static DateTime Of(long number) => number == long.MaxValue ? DateTime.MaxValue : s_epoch.AddTicks(number * 10);
}
