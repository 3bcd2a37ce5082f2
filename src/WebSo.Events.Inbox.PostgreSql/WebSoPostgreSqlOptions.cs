namespace WebSo.Events;

/// <summary>The options of an inbox on PostgreSQL. All instances that share one must give the same.</summary>
public sealed class WebSoPostgreSqlOptions
{
    /// <summary>The database schema that holds the tables: 1 to 48 letters, digits and underscores, not beginning with a digit.</summary>
    /// <value>Default: <c>webso_events</c>.</value>
    public string Schema { get; set; } = WebSoPostgreSqlSchema.DefaultName;

    /// <summary>
    /// Whether the tables are created, and led to the version of this program, at the start. False: a DBA does it, by the script of
    /// <see cref="WebSoPostgreSqlSchema.CreateScript"/>, and the program's role needs no right to create anything.
    /// </summary>
    /// <value>Default: true. Safe when many instances start at once.</value>
    public bool CreateSchema { get; set; } = true;

    /// <summary>
    /// How long an event stays with an instance that no longer renews its claim, because it was killed or stopped or lost the database:
    /// from 1 second to 1 hour.
    /// </summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether instances wake each other by LISTEN and NOTIFY, which takes one connection more. False: they poll only. A pooler in
    /// transaction mode has no LISTEN.
    /// </summary>
    /// <value>Default: true.</value>
    public bool UseNotifications { get; set; } = true;

    /// <summary>How long the start waits for a server that does not answer, from 0 to 1 hour; then the host does not start.</summary>
    /// <value>Default: 30 seconds.</value>
    public TimeSpan OpenTimeout { get; set; } = TimeSpan.FromSeconds(30);

    internal void Validate()
    {
        if (!WebSoPostgreSqlSchema.IsName(Schema))
            throw new ArgumentException($"The schema '{Schema}' is no name of 1 to 48 letters, digits and underscores that does not begin with a digit.");
        if (LeaseDuration < TimeSpan.FromSeconds(1) || LeaseDuration > TimeSpan.FromHours(1))
            throw new ArgumentException($"LeaseDuration is {LeaseDuration}: give a time from 1 second to 1 hour.");
        if (OpenTimeout < TimeSpan.Zero || OpenTimeout > TimeSpan.FromHours(1))
            throw new ArgumentException($"OpenTimeout is {OpenTimeout}: give a time from 0 to 1 hour.");
    }
}
