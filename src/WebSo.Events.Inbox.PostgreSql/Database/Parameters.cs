using Npgsql;
using NpgsqlTypes;

namespace WebSo.Events;

// Parameters by position, $1 and so on, with their types: nothing is parsed, boxed or guessed.
internal static class Parameters
{
    public static NpgsqlParameterCollection With<T>(this NpgsqlParameterCollection parameters, NpgsqlDbType type, T value)
    {
        parameters.Add(new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type });
        return parameters;
    }

    public static NpgsqlParameterCollection WithArray<T>(this NpgsqlParameterCollection parameters, NpgsqlDbType type, IEnumerable<T> values) =>
        parameters.With(NpgsqlDbType.Array | type, values.ToArray());

    // Null where the database's own clock counts.
    public static NpgsqlParameterCollection WithNow(this NpgsqlParameterCollection parameters, StoreClock clock)
    {
        parameters.Add(new NpgsqlParameter { Value = (object?)clock.Now ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        return parameters;
    }
}
