namespace WebSo.Events;

// The data source of an inbox, and what must be true of it and of its connections.
internal sealed class PostgreSqlConnections(NpgsqlDataSource dataSource, bool ownsDataSource) : IDisposable
{
    // The writer's, the listener's and the one that notifies.
    private const int Others = 3;

    // Nothing needs a reset: whatever a transaction sets, it sets for itself.
    private static readonly (string Keyword, object Value)[] s_defaults =
    [
        ("Max Auto Prepare", 64), ("Auto Prepare Min Usages", 2), ("Keepalive", 10), ("Write Buffer Size", 128 * 1024), ("No Reset On Close", true),
    ];

    private readonly NpgsqlConnectionStringBuilder _settings = new(dataSource.ConnectionString);

    public string Name => $"{_settings.Host}/{_settings.Database ?? _settings.Username}";

    public int MaxReaders => _settings.Pooling ? Math.Clamp(_settings.MaxPoolSize - Others, 1, 4) : 4;

    public NpgsqlDataSource DataSource => dataSource;

    public static NpgsqlDataSource CreateDataSource(string connectionString)
    {
        var settings = Validate(connectionString);

        // Which of them the caller has set: ContainsKey tells what there is to set.
        var given = new HashSet<string>(settings.Keys.Cast<string>(), StringComparer.OrdinalIgnoreCase);
        foreach (var (keyword, value) in s_defaults.Where(setting => !given.Contains(setting.Keyword)))
            settings[keyword] = value;
        return NpgsqlDataSource.Create(settings);
    }

    // Names no value, and no unknown keyword: it may be a part of a password that lacks its quotes.
    public static NpgsqlConnectionStringBuilder Validate(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        if (connectionString.Contains("://", StringComparison.Ordinal) && !connectionString.Contains(';', StringComparison.Ordinal))
            throw Invalid("It is a URL. Write it as \"Host=db;Database=webso;Username=webso\".");

        var parts = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connectionString };
        var settings = new NpgsqlConnectionStringBuilder();
        foreach (string keyword in parts.Keys)
        {
            if (!settings.ContainsKey(keyword))
                throw Invalid("It has a keyword that Npgsql does not know. Quote a value that contains a semicolon.");
            try
            {
                settings[keyword] = parts[keyword];
            }
            catch (Exception failure) when (failure is ArgumentException or FormatException or InvalidCastException or OverflowException)
            {
                throw Invalid($"The value of its '{keyword}' is not valid.");
            }
        }

        if (string.IsNullOrEmpty(settings.Host))
            throw Invalid("It has no Host.");
        return settings;
    }

    public static void EnsureUsable(NpgsqlConnectionStringBuilder settings, bool useNotifications)
    {
        var least = useNotifications ? 4 : 2;
        if (settings.Pooling && settings.MaxPoolSize < least)
            throw Invalid($"Its Maximum Pool Size is {settings.MaxPoolSize}. An inbox needs at least {least}{(useNotifications ? ", or 2 without UseNotifications" : ", and 4 with UseNotifications")}.");
        if (settings.Multiplexing)
            throw Invalid("An inbox does not work with Multiplexing. Remove it.");
    }

    // Text of every language must fit.
    public NpgsqlConnection Open()
    {
        var connection = dataSource.OpenConnection();
        if (!connection.PostgresParameters.TryGetValue("server_encoding", out var encoding) || encoding == "UTF8")
            return connection;

        connection.Dispose();
        throw new WebSoInboxStoreException(
            $"The inbox {Name} can't be opened: the database has the encoding {encoding}, which can't hold every event. Create one with ENCODING 'UTF8'.");
    }

    public void Clear() => dataSource.Clear();

    public void Dispose()
    {
        if (ownsDataSource)
            dataSource.Dispose();
    }

    private static ArgumentException Invalid(string reason) => new($"Invalid connection string of the inbox. {reason}");
}
