namespace WebSo.Events.Inbox.PostgreSql.Dialect;

// Converts values of the engine to Npgsql parameters, and times of Npgsql to times of the engine.
internal static class PostgreSqlValue
{
    // The latest time that PostgreSQL and .NET can both represent. Not 'infinity', because reading it depends on an AppContext switch of Npgsql.
    private static readonly DateTime s_never = new(DateTime.MaxValue.Ticks / 10 * 10, DateTimeKind.Utc);

    public static object ToParameter(object? value) => value switch
    {
        null => DBNull.Value,
        DateTime time => ToParameter(time),
        string text => StoredText.Encode(text),
        _ => value,
    };

    // Converts the values of one column, one for each row.
    public static object ToParameter(SqlType type, object?[] values) => type switch
    {
        SqlType.Identity or SqlType.Number => Array.ConvertAll(values, static value => (long)value!),
        SqlType.Text or SqlType.Name => Array.ConvertAll(values, static value => value is string text ? StoredText.Encode(text) : null),
        SqlType.Bytes or SqlType.Key => Array.ConvertAll(values, static value => (byte[]?)value),
        SqlType.Guid => Array.ConvertAll(values, static value => (Guid)value!),
        _ when Array.IndexOf(values, null) < 0 => Array.ConvertAll(values, static value => ToParameter((DateTime)value!)),
        _ => Array.ConvertAll(values, static value => value is DateTime time ? ToParameter(time) : default(DateTime?)),
    };

    // Npgsql returns local times if the application sets Npgsql.EnableLegacyTimestampBehavior.
    public static DateTime ReadTime(DateTime time) => time.ToUniversalTime() is var utc && utc >= s_never ? DateTime.MaxValue : utc;

    private static DateTime ToParameter(DateTime time) => time >= s_never ? s_never : DateTime.SpecifyKind(time, DateTimeKind.Utc);
}
