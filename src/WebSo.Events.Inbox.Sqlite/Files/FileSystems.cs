namespace WebSo.Events.Inbox.Sqlite.Files;

// Finds network and FUSE file systems, which do not reliably provide the locks and flushes that SQLite needs.
internal static class FileSystems
{
    private static readonly string[] s_unsafe = ["nfs", "smb", "cifs", "fuse", "9p", "v9fs", "afs", "ncp", "ceph", "lustre", "gfs", "ocfs", "panfs", "gpfs", "beegfs", "webdav", "sshfs"];

    // Returns the type of an unsafe file system. Null: the file system is safe, or its type is unknown.
    public static string? FindUnsafe(string folder)
    {
        try
        {
            var drive = new DriveInfo(folder);
            if (drive.DriveType == DriveType.Network)
                return drive.DriveFormat;
            var format = drive.DriveFormat;
            return s_unsafe.Any(type => format.StartsWith(type, StringComparison.OrdinalIgnoreCase)) ? format : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
