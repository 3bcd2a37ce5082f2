namespace WebSo.Events;

/// <summary>The options of an inbox on PostgreSQL. All instances that share one must give the same.</summary>
public sealed class WebSoPostgreSqlOptions
{
    /// <summary>
    /// The database schema that holds the tables, which all begin with <c>webso_</c>: 1 to 48 letters, digits and underscores, not beginning
    /// with a digit. It may be a schema of the application's own.
    /// </summary>
    /// <value>Default: <c>webso_events</c>.</value>
    public string Schema { get; set; } = WebSoPostgreSqlSchema.DefaultName;

    /// <summary>
    /// Whether the start creates the schema and the tables where they do not exist. False: a DBA creates them with the script of
    /// <see cref="WebSoPostgreSqlSchema.CreateScript"/>, and the program's role needs no right to create anything.
    /// </summary>
    /// <value>Default: true. Safe when many instances start at once.</value>
    public bool CreateSchema { get; set; } = true;

    /// <summary>
    /// Whether instances wake each other by LISTEN and NOTIFY, which takes one more connection. False: they only poll. A pooler in transaction
    /// mode does not support LISTEN.
    /// </summary>
    /// <value>Default: true.</value>
    public bool UseNotifications { get; set; } = true;

    /// <summary>How long the start waits for a server that does not respond, from 0 to 1 hour; then the host does not start.</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan OpenTimeout { get; set; } = TimeSpan.FromSeconds(30);

    internal void Validate()
    {
        if (!WebSoPostgreSqlSchema.IsName(Schema))
            throw new ArgumentException($"Invalid schema name '{Schema}'. Use 1 to 48 letters, digits and underscores, not beginning with a digit.");
        if (OpenTimeout < TimeSpan.Zero || OpenTimeout > TimeSpan.FromHours(1))
            throw new ArgumentException($"Invalid OpenTimeout {OpenTimeout}. Use a time from 0 to 1 hour.");
    }
}
