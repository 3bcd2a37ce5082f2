namespace WebSo.Events;

// File systems that are shared over a network or served by another program: locks and flushes there are not what SQLite needs.
internal static class FileSystems
{
    private static readonly string[] s_unsafe = ["nfs", "smb", "cifs", "fuse", "9p", "v9fs", "afs", "ncp", "ceph", "lustre", "gfs", "ocfs", "panfs", "gpfs", "beegfs", "webdav", "sshfs"];

    // The type; null where it is safe, or can't be told.
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
