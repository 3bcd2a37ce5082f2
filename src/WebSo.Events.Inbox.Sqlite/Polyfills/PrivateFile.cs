namespace WebSo.Events.Inbox.Sqlite.Polyfills;

// Creates and checks files that only their owner can read. Windows has no file modes, so there the permissions of the folder apply.
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
            // Another process created it first.
        }
    }

    // Resolves symbolic links, also if the target does not exist.
    public static string TargetOf(string path)
    {
#if NET
        var file = new FileInfo(path);
        return file.LinkTarget is null ? path : file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
#else
        return path;
#endif
    }

    // Removes the permissions of other users. The permissions of the group are left as they are. A file that other users can write to is refused,
    // because its content can't be trusted.
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
                $"The inbox {path} was not opened, because every user of this machine can write to it. If you trust its content, run 'chmod o= {path}'.");
        }

        try
        {
            File.SetUnixFileMode(path, mode & ~Others);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new WebSoInboxStoreException(
                $"The inbox {path} was not opened, because every user of this machine can open it. This process can't change that, because another user owns the file. Run 'chmod o= {path}', or make the user of this process the owner.", failure);
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
