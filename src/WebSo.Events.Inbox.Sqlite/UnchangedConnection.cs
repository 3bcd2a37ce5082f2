using Microsoft.Data.Sqlite;

namespace WebSo.Events;

// Reads a file that nobody writes: no log is read, and no lock is taken. So it must ask whether somebody has written all the same.
internal sealed class UnchangedConnection(string path, string connectionString) : SqliteConnection(connectionString)
{
    private readonly (DateTime, long) _opened = StateOf(path);

    // Also by a writer that has closed the file since, and left no log.
    public bool IsOutdated => StateOf(path) != _opened;

    private static (DateTime WrittenAt, long Length) StateOf(string path) =>
        new FileInfo(path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;
}
