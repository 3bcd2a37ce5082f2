namespace WebSo.Events;

// Files that only their owner can read, where the system knows such.
internal static class PrivateFile
{
    public static void Create(string path)
    {
        try
        {
            CreateNew(path).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster.
        }
    }

    // Where a symbolic link leads, also one to a file that does not exist.
    public static string TargetOf(string path)
    {
#if NET
        var file = new FileInfo(path);
        return file.LinkTarget is null ? path : file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
#else
        return path;
#endif
    }

    // Takes the right to read from everybody else; those of the group are the owner's to give. What everybody may have written is not used.
    public static void Restrict(string path)
    {
#if NET
        if (OperatingSystem.IsWindows())
            return;

        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        var mode = File.GetUnixFileMode(path);
        if ((mode & Others) == 0)
            return;
        if (mode.HasFlag(UnixFileMode.OtherWrite))
        {
            throw new WebSoInboxStoreException(
                $"Every user of this machine may write to the inbox {path}, so it may contain anything. It was not opened. If you trust what it contains, run 'chmod o= {path}'.");
        }

        try
        {
            File.SetUnixFileMode(path, mode & ~Others);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new WebSoInboxStoreException(
                $"Every user of this machine may open the inbox {path}, and another user owns it, so that this process can't change that. Run 'chmod o= {path}', or let this process own it.", failure);
        }
#endif
    }

    private static FileStream CreateNew(string path)
    {
#if NET
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
#else
        return new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
#endif
    }
}
