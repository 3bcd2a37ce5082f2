using Microsoft.Data.Sqlite;

namespace WebSo.Events.Inbox.Sqlite.Files;

// Copies an inbox that may be in use to a single file that is complete without a write-ahead log.
internal static class SqliteBackup
{
    // The application_id of a backup that no inbox has opened yet. A log beside such a file belongs to another file.
    private const long Mark = 0x57454253;

    public static void Write(SqliteFile source, string target, bool canReplace)
    {
        var path = Path.GetFullPath(target);
        EnsureWritable(path, canReplace);
        var part = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            // A file that no process uses is copied without locks. It is copied again if a process wrote to it in the meantime.
            do
            {
                File.Delete(part);
                PrivateFile.Create(part);
            }
            while (!TryCopy(source, part));
            MarkUnopened(source, part);
            if (canReplace && File.Exists(path))
                File.Replace(part, path, destinationBackupFileName: null);
            else
                File.Move(part, path);
        }
        finally
        {
            File.Delete(part);
        }
    }

    public static bool IsUnopened(SqliteConnection connection) => SqliteConnections.ReadNumber(connection, "PRAGMA application_id") == Mark;

    // Call before the file gets its own log.
    public static void RemoveMark(SqliteConnection connection)
    {
        if (IsUnopened(connection))
            SqliteConnections.Execute(connection, "PRAGMA application_id=0");
    }

    // An open database has a log beside it. Checking the log prevents a copy onto the source itself, also through a link.
    private static void EnsureWritable(string path, bool canReplace)
    {
        if (Directory.Exists(path))
            throw new WebSoInboxStoreException($"The backup can't be written to {path}, because it is a folder. Specify the path of a file.");
        if (!File.Exists(path))
            return;
        if (!canReplace)
            throw new WebSoInboxStoreException($"The backup can't be written to {path}, because the file exists. Specify another path, or allow overwriting.");
        if (File.Exists(PrivateFile.TargetOf(path) + "-wal"))
            throw new WebSoInboxStoreException($"The backup can't be written to {path}, because it is a database in use (its -wal file exists). Specify another path.");
    }

    private static bool TryCopy(SqliteFile source, string part)
    {
        using var from = source.OpenReader();
        if (SqliteConnections.HasOtherTables(from))
        {
            throw new WebSoInboxStoreException(
                $"No backup was written, because {source.Path} also has tables of another program. A backup of the inbox would replace the application_id of that program. "
                + "Back up the whole database, for example with 'VACUUM INTO'.");
        }

        using var to = SqliteConnections.Open(part, SqliteOpenMode.ReadWrite);
        from.BackupDatabase(to);
        return !source.HasMissedWrites(from);
    }

    private static void MarkUnopened(SqliteFile source, string part)
    {
        using var to = SqliteConnections.Open(part, SqliteOpenMode.ReadWrite);
        SqliteConnections.Execute(to, "PRAGMA journal_mode=DELETE");
        SqliteConnections.Execute(to, $"PRAGMA application_id={Mark}");
        using var check = to.CreateCommand();
        check.CommandText = "PRAGMA quick_check(1)";
        if (check.ExecuteScalar() is not "ok" and var result)
            throw new WebSoInboxStoreException($"No backup was written, because the inbox {source.Path} is damaged ({result}). Restore an earlier backup.");
    }
}
