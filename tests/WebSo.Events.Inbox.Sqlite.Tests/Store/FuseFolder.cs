using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// A folder on a FUSE file system without a server, which reports only its type. Skips the test if this user can't mount one.
internal sealed class FuseFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    public FuseFolder()
    {
        if (OperatingSystem.IsLinux() && TryMount())
            return;

        _folder.Dispose();
        Assert.Skip("A FUSE file system can be mounted on Linux by root only.");
    }

    public string Path => _folder.Path;

    public void Dispose()
    {
        ChildProcess.Run("umount", "-l", _folder.Path);
        _folder.Dispose();
    }

    // Mounted for another user, so that the kernel answers for the missing server.
    private bool TryMount() => File.Exists("/dev/fuse") && ChildProcess.Run(
        "sh", "-c", "exec 3<>/dev/fuse && exec mount -i -t fuse -o fd=3,rootmode=40000,user_id=12345,group_id=12345 fuse \"$0\"", _folder.Path) == 0;
}
