using Xunit;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// A disk in memory of so many KiB, where this user may mount one; else the test is skipped.
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
