namespace WebSo.Events.Inbox.PostgreSql.Connections;

// The data source of an inbox, with the checks of its settings and connections.
internal sealed class PostgreSqlConnections(NpgsqlDataSource dataSource, bool ownsDataSource) : IDisposable
{
    // Connections of the writer, the listener, and the sender of notifications.
    private const int ReservedConnections = 3;

    // No Reset On Close: each transaction makes its own settings, so a connection needs no reset.
    private static readonly (string Keyword, object Value)[] s_defaults =
    [
        ("Max Auto Prepare", 64), ("Auto Prepare Min Usages", 2), ("Keepalive", 10), ("Write Buffer Size", 128 * 1024), ("No Reset On Close", true),
    ];

    private readonly NpgsqlConnectionStringBuilder _settings = new(dataSource.ConnectionString);

    public string Name => $"{_settings.Host}/{_settings.Database ?? _settings.Username}";

    public int MaxReaders => _settings.Pooling ? Math.Clamp(_settings.MaxPoolSize - ReservedConnections, 1, 4) : 4;

    public NpgsqlDataSource DataSource => dataSource;

    public static NpgsqlDataSource CreateDataSource(string connectionString)
    {
        var settings = Validate(connectionString);

        // Keys contains only the keywords that the caller has set. ContainsKey is true for every keyword that Npgsql knows.
        var given = new HashSet<string>(settings.Keys.Cast<string>(), StringComparer.OrdinalIgnoreCase);
        foreach (var (keyword, value) in s_defaults.Where(setting => !given.Contains(setting.Keyword)))
            settings[keyword] = value;
        return NpgsqlDataSource.Create(settings);
    }

    // Messages contain no value and no unknown keyword, because it can be part of a password without quotation marks.
    public static NpgsqlConnectionStringBuilder Validate(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        if (connectionString.Contains("://", StringComparison.Ordinal) && !connectionString.Contains(';', StringComparison.Ordinal))
            throw Invalid("It is a URL. Use the form \"Host=db;Database=webso;Username=webso\".");

        var parts = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connectionString };
        var settings = new NpgsqlConnectionStringBuilder();
        foreach (string keyword in parts.Keys)
        {
            if (!settings.ContainsKey(keyword))
                throw Invalid("It has a keyword that Npgsql does not support. Check the spelling, and quote each value that contains a semicolon.");
            try
            {
                settings[keyword] = parts[keyword];
            }
            catch (Exception failure) when (failure is ArgumentException or FormatException or InvalidCastException or OverflowException)
            {
                throw Invalid($"The value of '{keyword}' is invalid.");
            }
        }

        if (string.IsNullOrEmpty(settings.Host))
            throw Invalid("It has no Host. Add the name of the server.");
        return settings;
    }

    public static void EnsureUsable(NpgsqlConnectionStringBuilder settings, bool useNotifications)
    {
        var least = useNotifications ? 4 : 2;
        if (settings.Pooling && settings.MaxPoolSize < least)
            throw Invalid($"Maximum Pool Size is {settings.MaxPoolSize}, but an inbox needs at least {least}{(useNotifications ? " (2 without UseNotifications)" : " (4 with UseNotifications)")}.");
        if (settings.Multiplexing)
            throw Invalid("An inbox does not support Multiplexing. Remove it.");
    }

    // The database must be able to store text in every language.
    public NpgsqlConnection Open()
    {
        var connection = dataSource.OpenConnection();
        if (!connection.PostgresParameters.TryGetValue("server_encoding", out var encoding) || encoding == "UTF8")
            return connection;

        connection.Dispose();
        throw new WebSoInboxStoreException(
            $"The inbox {Name} can't be opened, because the encoding of the database ({encoding}) can't store every event. Create a database with ENCODING 'UTF8'.");
    }

    public void Clear() => dataSource.Clear();

    public void Dispose()
    {
        if (ownsDataSource)
            dataSource.Dispose();
    }

    private static ArgumentException Invalid(string reason) => new($"Invalid connection string of the inbox. {reason}");
}
