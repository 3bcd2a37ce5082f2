namespace WebSo.Events;

/// <summary>The options of an inbox in a SQLite file. Set in code. Endpoints that share a file must set the same.</summary>
public sealed class WebSoSqliteOptions
{
    /// <summary>
    /// Whether the file may be on a network or FUSE file system. SQLite destroys a file that two machines use there, and relies on locks and
    /// flushes that many of these file systems do not provide: set it only if one machine uses the file and you have tested both.
    /// </summary>
    /// <value>Default: false; the start fails on such a file system. If true, each start logs a Warning.</value>
    public bool AllowUnsafeFileSystem { get; set; }

    /// <summary>
    /// Whether the tables of the inbox, whose names begin with <c>webso_</c>, may be in a SQLite database that has tables of another program, as the application's own.
    /// The inbox changes no other table, and neither <c>user_version</c> nor <c>application_id</c>.
    /// </summary>
    /// <value>Default: false; the start fails on a database that has tables, but none of an inbox, and does not change it.</value>
    /// <remarks>
    /// The inbox switches the file to a write-ahead log (WAL), for good and for all programs: <c>-wal</c> and <c>-shm</c> belong to it while it is open. SQLite has one
    /// writer at a time: while a transaction of the application writes, calls wait, and are answered with 503 after <c>StoreTimeout</c>; a transaction that reads for
    /// long lets the log grow. In the process of the inbox, use the same SQLite library (Microsoft.Data.Sqlite). A backup of the inbox is refused: back the file up as a
    /// whole. An erase does not rewrite the file. Other users of the machine lose their rights to the file.
    /// </remarks>
    public bool AllowOtherTables { get; set; }

    /// <summary>
    /// How many bytes must be free on the disk of the file for new calls to be stored, from 0. Below it, they are answered with 503, and what
    /// is stored is still handled.
    /// </summary>
    /// <value>Default: 67108864 (64 MiB), the size to which the write-ahead log can grow.</value>
    public long MinFreeSpace { get; set; } = 64 * 1024 * 1024;

    internal void Validate()
    {
        if (MinFreeSpace < 0)
            throw new ArgumentException($"{nameof(MinFreeSpace)} is {MinFreeSpace}. Set a number of bytes from 0.");
    }
}
