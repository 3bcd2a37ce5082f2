namespace WebSo.Events;

// The file of `listen --record`. Bodies are personal data: it is made for its owner alone.
internal static class RecordFile
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static StreamWriter Open(FileInfo file)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Private;
        var stream = file.Open(options);
        try
        {
            RefuseReadableByOthers(file, stream);
            EndTornLine(stream);
            return new StreamWriter(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    // Refused, not changed: someone may have the file open already, or mean to read it.
    private static void RefuseReadableByOthers(FileInfo file, FileStream stream)
    {
        if (OperatingSystem.IsWindows() || !stream.CanSeek)
            return;

        var mode = File.GetUnixFileMode(stream.SafeFileHandle);
        if ((mode & ~(Private | UnixFileMode.UserExecute)) != UnixFileMode.None)
            throw new IOException($"--record is '{file.FullName}', which others can read or write, and bodies may be personal data: run 'chmod 600' on it, or give a file that does not exist.");
    }

    // A process that was killed may have left half a line: the next one must not become part of it.
    private static void EndTornLine(FileStream stream)
    {
        if (!stream.CanSeek || stream.Length == 0)
            return;

        stream.Seek(-1, SeekOrigin.End);
        if (stream.ReadByte() != '\n')
            stream.WriteByte((byte)'\n');
    }
}
