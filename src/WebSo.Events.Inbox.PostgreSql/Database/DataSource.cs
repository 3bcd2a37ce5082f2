using System.Data.Common;
using Npgsql;

namespace WebSo.Events;

internal static class DataSource
{
    public static NpgsqlDataSource Create(string connectionString)
    {
        var settings = Validate(connectionString);

        // Which of them the caller has set: ContainsKey tells what there is to set.
        var given = new HashSet<string>(settings.Keys.Cast<string>(), StringComparer.OrdinalIgnoreCase);
        if (!given.Contains("Max Auto Prepare"))
            settings.MaxAutoPrepare = 64;
        if (!given.Contains("Auto Prepare Min Usages"))
            settings.AutoPrepareMinUsages = 2;
        if (!given.Contains("Keepalive"))
            settings.KeepAlive = 10;

        // Most batches leave the process in one call of the system: one that is stopped then has sent all of its transaction, or nothing,
        // and keeps no locks.
        if (!given.Contains("Write Buffer Size"))
            settings.WriteBufferSize = 128 * 1024;

        // Whatever a transaction sets, it sets for itself.
        if (!given.Contains("No Reset On Close"))
            settings.NoResetOnClose = true;
        return NpgsqlDataSource.Create(settings);
    }

    // Names no value, and no keyword that is none: it may be a part of a password that lacks its quotes.
    public static NpgsqlConnectionStringBuilder Validate(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        if (connectionString.Contains("://", StringComparison.Ordinal) && !connectionString.Contains(';', StringComparison.Ordinal))
            throw Invalid("It is a URL: give it as \"Host=db;Database=webso;Username=webso\".");

        var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var settings = new NpgsqlConnectionStringBuilder();
        foreach (string keyword in parts.Keys)
        {
            if (!settings.ContainsKey(keyword))
                throw Invalid("It has a keyword that Npgsql does not know; a value with a semicolon needs quotes.");
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

    // A transaction must stay on its connection. The writer and the listener keep theirs; claims, renewals and operators share the others.
    public static void EnsureUsable(NpgsqlConnectionStringBuilder settings, bool useNotifications)
    {
        var least = useNotifications ? 3 : 2;
        if (settings.Pooling && settings.MaxPoolSize < least)
            throw Invalid($"Its Maximum Pool Size is {settings.MaxPoolSize}: an inbox needs {least} or more{(useNotifications ? "" : ", and 3 with UseNotifications")}.");
        if (settings.Multiplexing)
            throw Invalid("An inbox works without Multiplexing: leave it out.");
    }

    private static ArgumentException Invalid(string reason) => new($"The connection string of the inbox can't be used. {reason}");
}
