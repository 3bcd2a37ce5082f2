namespace WebSo.Events;

// Times as they are stored.
internal static class PostgreSqlTime
{
    // Later than all other times. Not 'infinity': whether Npgsql reads that depends on a switch of the process.
    private static readonly DateTime s_never = new(DateTime.MaxValue.Ticks / 10 * 10, DateTimeKind.Utc);

    public static DateTime ToParameter(DateTime time) => time >= s_never ? s_never : DateTime.SpecifyKind(time, DateTimeKind.Utc);

    // A process may have set that Npgsql reads local times.
    public static DateTime Of(DateTime time) => time.ToUniversalTime() is var utc && utc >= s_never ? DateTime.MaxValue : utc;
}
