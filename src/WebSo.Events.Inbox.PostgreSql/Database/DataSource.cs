using Npgsql;

namespace WebSo.Events;

internal static class DataSource
{
    public static NpgsqlDataSource Create(string connectionString)
    {
        var settings = Validate(connectionString);
        if (!settings.ContainsKey("Max Auto Prepare"))
            (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages) = (64, 2);
        if (!settings.ContainsKey("Keepalive"))
            settings.KeepAlive = 10;

        // A batch leaves the process in one call of the system: one that is stopped then has sent all of its transaction, or nothing, and
        // keeps no locks.
        if (!settings.ContainsKey("Write Buffer Size"))
            settings.WriteBufferSize = 128 * 1024;
        return NpgsqlDataSource.Create(settings);
    }

    // The exception of Npgsql names the keyword that is wrong and shows no value.
    public static NpgsqlConnectionStringBuilder Validate(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        return new NpgsqlConnectionStringBuilder(connectionString);
    }
}
