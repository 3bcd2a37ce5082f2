namespace WebSo.Events;

/// <summary>The tables of the inbox as SQL, for a DBA who creates them.</summary>
public static class WebSoPostgreSqlSchema
{
    internal const string DefaultName = "webso_events";

    /// <summary>
    /// The SQL that creates the schema and the tables where they do not exist. Run it with <c>psql --single-transaction</c>, as the role that
    /// is to own the tables.
    /// </summary>
    /// <param name="schema">As <see cref="WebSoPostgreSqlOptions.Schema"/>.</param>
    /// <exception cref="ArgumentException">The schema is not a valid name.</exception>
    public static string CreateScript(string schema = DefaultName)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (!IsName(schema))
            throw new ArgumentException($"Invalid schema name '{schema}'. Use 1 to 48 letters, digits and underscores, not beginning with a digit.", nameof(schema));
        return new PostgreSqlSyntax(schema).CreateScript();
    }

    internal static bool IsName(string schema) =>
        schema.Length is > 0 and <= 48 && !char.IsAsciiDigit(schema[0]) && schema.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
