using System.CommandLine;
using WebSo.Events.Inbox.PostgreSql;

namespace WebSo.Events.Tool.Inbox;

internal static class InboxSchemaCommand
{
    public static Command Create()
    {
        var postgres = new Option<bool>("--postgres") { Description = "Print the SQL for PostgreSQL.", Required = true };
        var schema = PostgreSqlInboxOptions.Schema();
        var command = new Command("schema", "Prints the SQL that creates the tables of an inbox. Does not need a connection.")
        {
            postgres,
            schema,
        };
        command.SetToolAction((parsed, _) =>
        {
            parsed.InvocationConfiguration.Output.Write(PostgreSqlInbox.CreateScript(parsed.GetValue(schema)!));
            return Task.FromResult(0);
        });
        return command;
    }
}
