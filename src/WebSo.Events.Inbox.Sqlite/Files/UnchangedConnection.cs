using Microsoft.Data.Sqlite;

namespace WebSo.Events.Inbox.Sqlite.Files;

// Reads a file that no process writes to, without a log and without locks. Check IsOutdated after each read: a process may have started to
// write in the meantime.
internal sealed class UnchangedConnection(string path, string connectionString) : SqliteConnection(connectionString)
{
    private readonly (DateTime, long) _opened = StateOf(path);

    // Also detects a writer that has already closed the file and left no log.
    public bool IsOutdated => StateOf(path) != _opened;

    private static (DateTime WrittenAt, long Length) StateOf(string path) =>
        new FileInfo(path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;
}
