using System.Globalization;

namespace WebSo.Events.Inbox.Sqlite.Files;

// Checks whether the disk has room for new deliveries. Reads the free space at most once a second, because each call is checked.
internal sealed class FreeSpace(string path, long least, TimeProvider timeProvider)
{
    private static readonly TimeSpan s_age = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private long? _readAt;
    private string? _shortage;

    public string? FindShortage()
    {
        if (least == 0)
            return null;

        lock (_gate)
        {
            if (_readAt is { } at && timeProvider.GetElapsedTime(at) < s_age)
                return _shortage;

            _readAt = timeProvider.GetTimestamp();
            _shortage = Read() is { } free && free < least
                ? string.Format(
                    CultureInfo.InvariantCulture,
                    "The disk of the inbox {0} has {1} MiB free, less than MinFreeSpace ({2} MiB). New calls are answered with 503, and stored events are still handled. Free some disk space.",
                    path, free >> 20, least >> 20)
                : null;
            return _shortage;
        }
    }

    // Null: the free space is unknown. A full disk then shows as a failed write.
    private long? Read()
    {
        try
        {
            var folder = Path.GetDirectoryName(path)!;
            return new DriveInfo(Path.DirectorySeparatorChar == '\\' ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
