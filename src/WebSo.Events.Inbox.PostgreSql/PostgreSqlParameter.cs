namespace WebSo.Events;

// Values of the engine as Npgsql takes them.
internal static class PostgreSqlParameter
{
    public static object Of(object? value) => value switch
    {
        null => DBNull.Value,
        DateTime time => PostgreSqlTime.ToParameter(time),
        string text => StoredText.Encode(text),
        _ => value,
    };

    // One value for each row.
    public static object Of(SqlType type, object?[] values) => type switch
    {
        SqlType.Identity or SqlType.Number => Array.ConvertAll(values, static value => (long)value!),
        SqlType.Text or SqlType.Name => Array.ConvertAll(values, static value => value is string text ? StoredText.Encode(text) : null),
        SqlType.Bytes or SqlType.Key => Array.ConvertAll(values, static value => (byte[]?)value),
        SqlType.Guid => Array.ConvertAll(values, static value => (Guid)value!),
        _ when Array.IndexOf(values, null) < 0 => Array.ConvertAll(values, static value => PostgreSqlTime.ToParameter((DateTime)value!)),
        _ => Array.ConvertAll(values, static value => value is DateTime time ? PostgreSqlTime.ToParameter(time) : default(DateTime?)),
    };
}
