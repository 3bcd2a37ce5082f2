using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// An in-memory disk of the given size in KiB. Skips the test if this user can't mount one.
internal sealed class SmallDisk : IDisposable
{
    private readonly TempFolder _folder = new();

    public SmallDisk(int size)
    {
        if (OperatingSystem.IsLinux() && ChildProcess.Run("mount", "-t", "tmpfs", "-o", $"size={size}k", "tmpfs", _folder.Path) == 0)
            return;

        _folder.Dispose();
        Assert.Skip("A small disk can be mounted on Linux by root only.");
    }

    public string File => _folder.File();

    // In bytes.
    public long Room => new DriveInfo(_folder.Path).AvailableFreeSpace;

    public void Change(string options) => ChildProcess.Run("mount", "-o", "remount," + options, _folder.Path);

    public void Dispose()
    {
        ChildProcess.Run("umount", "-l", _folder.Path);
        _folder.Dispose();
    }
}
