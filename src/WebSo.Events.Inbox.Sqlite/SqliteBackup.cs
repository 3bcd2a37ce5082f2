using Microsoft.Data.Sqlite;

namespace WebSo.Events;

// A copy of a file that is in use: one that is complete by itself, without a write-ahead log.
internal static class SqliteBackup
{
    // In the header of a backup, until an inbox opens it. A log beside such a file is not its own.
    private const long Mark = 0x57454253;

    public static void Write(SqliteFile source, string target, bool canReplace)
    {
        var path = Path.GetFullPath(target);
        EnsureFree(path, canReplace);
        var part = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            // A file that nobody uses is copied without locks: if a process has written to it meanwhile, it is copied again.
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

    // Before the file gets a log of its own.
    public static void NoteOpened(SqliteConnection connection)
    {
        if (IsUnopened(connection))
            SqliteConnections.Execute(connection, "PRAGMA application_id=0");
    }

    // A database that is open has its log beside it: that the source is replaced by its own copy is prevented so, by whatever path.
    private static void EnsureFree(string path, bool canReplace)
    {
        if (Directory.Exists(path))
            throw new WebSoInboxStoreException($"The backup can't be written to {path}: it is a folder. Give the path of a file.");
        if (!File.Exists(path))
            return;
        if (!canReplace)
            throw new WebSoInboxStoreException($"The backup can't be written to {path}: the file exists. Give another path, or allow that it is replaced.");
        if (File.Exists(PrivateFile.TargetOf(path) + "-wal"))
            throw new WebSoInboxStoreException($"The backup can't be written to {path}: it is a database that is in use (a file of the same name with -wal is beside it). Give another path.");
    }

    private static bool TryCopy(SqliteFile source, string part)
    {
        using var from = source.OpenReader();
        if (SqliteConnections.HasOtherTables(from))
        {
            throw new WebSoInboxStoreException(
                $"The file {source.Path} has tables of another program, whose mark in the file (application_id) a backup of the inbox would replace. No backup was written. "
                + "Use the backup of that program, or SQLite's own ('VACUUM INTO').");
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
            throw new WebSoInboxStoreException($"The inbox {source.Path} is damaged, and so would be its copy ({result}). No backup was written.");
    }
}
