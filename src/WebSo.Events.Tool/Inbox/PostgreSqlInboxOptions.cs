using System.CommandLine;
using WebSo.Events.Inbox.PostgreSql;

namespace WebSo.Events.Tool.Inbox;

// Opens an inbox in PostgreSQL. The connection string comes from the environment, because arguments are visible in the list of processes.
internal static class PostgreSqlInboxOptions
{
    private const string Variable = "WEBSO_EVENTS_POSTGRES";

    public static Option<bool> Postgres() => new("--postgres") { Description = $"Use the inbox in PostgreSQL. Set the connection string in the environment variable {Variable}." };

    public static Option<string> Schema() => new("--schema")
    {
        Description = "The database schema of the inbox.",
        DefaultValueFactory = _ => new WebSoPostgreSqlOptions().Schema,
    };

    // Creates no tables, because the application or a DBA creates them. Sends no notifications, because instances find replayed deliveries by polling.
    public static InboxEngine CreateEngine(string schema)
    {
        var connectionString = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrWhiteSpace(connectionString))
            throw new InvalidDataException($"{Variable} is not set. Set it to the connection string, for example \"Host=db;Database=webso;Username=webso\".");

        return PostgreSqlInbox.CreateEngine(
            connectionString,
            new WebSoPostgreSqlOptions { Schema = schema, CreateSchema = false, UseNotifications = false, OpenTimeout = TimeSpan.FromSeconds(5) },
            TimeProvider.System,
            InboxWarnings.Instance);
    }
}
