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
