namespace WebSo.Events;

/// <summary>Options of an inbox in PostgreSQL. Set the same values for all instances that share the inbox.</summary>
public sealed class WebSoPostgreSqlOptions
{
    /// <summary>
    /// The database schema of the tables, whose names start with <c>webso_</c>. The schema can have other tables, such as those of the
    /// application.
    /// </summary>
    /// <value>1 to 48 letters (A to Z, a to z), digits, and underscores; the first character is not a digit. Default: <c>webso_events</c>.</value>
    public string Schema { get; set; } = "webso_events";

    /// <summary>
    /// Whether the start creates the schema and the tables if they do not exist. If <see langword="false"/>, a DBA creates them with the SQL that
    /// <c>webso-events inbox schema --postgres</c> prints, and the role of the application needs no right to create anything.
    /// </summary>
    /// <value>Default: <see langword="true"/>. Any number of instances can start at the same time.</value>
    public bool CreateSchema { get; set; } = true;

    /// <summary>
    /// Whether instances wake each other with LISTEN and NOTIFY, which needs one more connection per instance. If <see langword="false"/>,
    /// instances only poll. Set this to <see langword="false"/> for a connection pooler in transaction mode, which does not support LISTEN.
    /// </summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool UseNotifications { get; set; } = true;

    /// <summary>How long the start waits for a server that does not respond. After that time, the start of the host fails.</summary>
    /// <value>0 to 1 hour. Default: 30 seconds.</value>
    public TimeSpan OpenTimeout { get; set; } = TimeSpan.FromSeconds(30);

    internal void Validate()
    {
        if (Schema is not { Length: > 0 and <= 48 } || char.IsAsciiDigit(Schema[0]) || !Schema.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            throw new ArgumentException($"Invalid schema name '{Schema}'. Use 1 to 48 letters, digits, and underscores. Do not start with a digit.");
        if (OpenTimeout < TimeSpan.Zero || OpenTimeout > TimeSpan.FromHours(1))
            throw new ArgumentException($"Invalid {nameof(OpenTimeout)} {OpenTimeout}. Use a time from 0 to 1 hour.");
    }
}
