using System.CommandLine;

namespace WebSo.Events;

internal static class InboxSchemaCommand
{
    public static Command Create()
    {
        var postgres = new Option<bool>("--postgres") { Description = "For PostgreSQL.", Required = true };
        var schema = PostgreSqlInboxOptions.Schema();
        var command = new Command("schema", "Prints the SQL that creates the tables of an inbox. Needs no connection.")
        {
            postgres,
            schema,
        };
        command.SetToolAction((parsed, _) =>
        {
            parsed.InvocationConfiguration.Output.Write(WebSoPostgreSqlSchema.CreateScript(parsed.GetValue(schema)!));
            return Task.FromResult(0);
        });
        return command;
    }
}
