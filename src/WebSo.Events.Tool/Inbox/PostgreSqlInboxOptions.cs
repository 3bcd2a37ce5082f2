using System.CommandLine;

namespace WebSo.Events;

// How the commands come to an inbox on PostgreSQL. The connection is in the environment: an argument shows in the list of processes.
internal static class PostgreSqlInboxOptions
{
    private const string Variable = "WEBSO_EVENTS_POSTGRES";

    public static Option<bool> Postgres() => new("--postgres") { Description = $"The inbox is on PostgreSQL, at the connection string in {Variable}." };

    public static Option<string> Schema() => new("--schema")
    {
        Description = "The database schema of the inbox.",
        DefaultValueFactory = _ => new WebSoPostgreSqlOptions().Schema,
    };

    // Looks and operates: tables are created by the application or a DBA, and its instances find by polling what is replayed.
    public static InboxEngine CreateEngine(string schema)
    {
        var connectionString = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrWhiteSpace(connectionString))
            throw new InvalidDataException($"{Variable} is not set: give the connection string there, as \"Host=db;Database=webso;Username=webso\".");

        return PostgreSqlInbox.CreateEngine(
            connectionString,
            new WebSoPostgreSqlOptions { Schema = schema, CreateSchema = false, UseNotifications = false, OpenTimeout = TimeSpan.FromSeconds(5) },
            TimeProvider.System,
            InboxWarnings.Instance);
    }
}
