namespace WebSo.Events;

/// <summary>Options of an inbox in a SQLite file. Set the same values for all endpoints that share the file.</summary>
public sealed class WebSoSqliteOptions
{
    /// <summary>
    /// Whether the file can be on a network or FUSE file system. SQLite corrupts a file that two machines use on such a file system. It also
    /// relies on locks and flushes that many of these file systems do not provide. Set this option only if a single machine uses the file and
    /// you have tested locks and flushes.
    /// </summary>
    /// <value>
    /// Default: <see langword="false"/>, and the host does not start if the file is on such a file system. If <see langword="true"/>, each start
    /// logs a warning.
    /// </value>
    public bool AllowUnsafeFileSystem { get; set; }

    /// <summary>
    /// Whether the tables of the inbox, whose names start with <c>webso_</c>, can be in a database that has other tables, such as the database
    /// of the application. The inbox changes no other table, no <c>user_version</c>, and no <c>application_id</c>.
    /// </summary>
    /// <value>
    /// Default: <see langword="false"/>, and the host does not start if the database has tables but none of an inbox. The database is not changed.
    /// </value>
    /// <remarks>
    /// <list type="bullet">
    /// <item>The inbox permanently switches the database to a write-ahead log (WAL) for all programs. While the database is open, the files
    /// <c>-wal</c> and <c>-shm</c> are part of it.</item>
    /// <item>SQLite has one writer at a time. Calls wait during a write transaction of the application, and are answered with 503 after
    /// <c>StoreTimeout</c>. A long read transaction lets the log grow.</item>
    /// <item>Other code in the process of the inbox must use the same SQLite library (Microsoft.Data.Sqlite).</item>
    /// <item>The inbox can't be backed up separately. Back up the whole database.</item>
    /// <item>Erasing a document does not rewrite the file.</item>
    /// <item>Users of the machine other than the owner and the group lose access to the file.</item>
    /// </list>
    /// </remarks>
    public bool AllowOtherTables { get; set; }

    /// <summary>
    /// The free space, in bytes, that the disk of the file must have so that new calls are stored. Below this limit, new calls are answered
    /// with 503, and stored events are still handled.
    /// </summary>
    /// <value>0 or more; 0 turns the check off. Default: 67108864 (64 MiB), the size to which the write-ahead log can grow.</value>
    public long MinFreeSpace { get; set; } = 64 * 1024 * 1024;

    internal void Validate()
    {
        if (MinFreeSpace < 0)
            throw new ArgumentException($"Invalid {nameof(MinFreeSpace)} {MinFreeSpace}. Use a number of bytes, 0 or more.");
    }
}
