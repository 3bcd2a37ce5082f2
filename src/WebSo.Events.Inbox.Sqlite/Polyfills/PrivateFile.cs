namespace WebSo.Events;

// Files that only their owner can read, where the system knows such.
internal static class PrivateFile
{
    public static void Create(string path)
    {
        try
        {
            Open(path, FileMode.CreateNew).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster.
        }
    }

    // Nobody else can open it so as long as it is open.
    public static FileStream OpenExclusively(string path) => Open(path, FileMode.OpenOrCreate);

    private static FileStream Open(string path, FileMode mode)
    {
#if NET
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
#else
        return new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
#endif
    }
}
