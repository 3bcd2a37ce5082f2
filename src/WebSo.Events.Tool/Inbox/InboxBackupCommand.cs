using System.CommandLine;

namespace WebSo.Events.Tool.Inbox;

internal static class InboxBackupCommand
{
    public static Command Create()
    {
        var sqlite = new Option<FileInfo>("--sqlite") { Description = "The SQLite file of the inbox.", Required = true };
        var to = new Option<FileInfo>("--to") { Description = "The file to write the backup to.", Required = true };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace an existing file when the backup is complete." };
        var json = SharedOptions.Json();
        var command = new Command(
            "backup", "Copies a SQLite inbox to a single file. The application can keep running. Fails for a database that also has other tables. For PostgreSQL, use pg_dump or the backup of the database.")
        {
            sqlite, to, overwrite, json,
        };
        command.SetToolAction(async (parsed, cancellationToken) =>
        {
            var target = parsed.GetRequiredValue(to).FullName;
            await using var engine = await InboxOptions.OpenSqliteToReadAsync(parsed.GetRequiredValue(sqlite), cancellationToken);
            await engine.BackupAsync(target, parsed.GetValue(overwrite), cancellationToken);
            var size = new FileInfo(target).Length;
            new ToolOutput(parsed.GetValue(json)).Write($"backup: {ToolOutput.Clean(target)}, {size} bytes", writer =>
            {
                writer.WriteString("type", "backup");
                writer.WriteString("file", target);
                writer.WriteNumber("bytes", size);
            });
            return 0;
        });
        return command;
    }
}
