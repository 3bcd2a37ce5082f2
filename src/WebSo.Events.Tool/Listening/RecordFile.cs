using System.Text;

namespace WebSo.Events.Tool.Listening;

// The file of `listen --record`. Bodies are personal data, so only its owner can read it. Its size is limited, since strangers can fill it.
internal sealed class RecordFile : IDisposable
{
    public const long MaxSize = 1024L * 1024 * 1024;

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Lock _lock = new();
    private readonly FileStream _stream;

    private RecordFile(FileStream stream) => _stream = stream;

    public static RecordFile Open(FileInfo file)
    {
        // No buffer, so that a line that failed to be written is not written later.
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Private;
        var stream = file.Open(options);
        try
        {
            RefuseReadableByOthers(file, stream);
            EndTornLine(stream);
            return new RecordFile(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    // If it throws IOException, nothing of the line is in the file.
    public void Add(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (_lock)
        {
            var start = _stream.CanSeek ? _stream.Position : 0;
            if (start + bytes.Length > MaxSize)
                throw new IOException($"the file of --record is full ({MaxSize} bytes). Use another file");

            try
            {
                _stream.Write(bytes);
            }
            catch (Exception e)
            {
                if (_stream.CanSeek)
                    _stream.SetLength(start);

                // .NET throws this if the file system or the user's limits don't allow a larger file.
                if (e is ArgumentOutOfRangeException)
                    throw new IOException("the file of --record can't grow further. Use another file, on another disk if necessary", e);
                throw;
            }
        }
    }

    public void Dispose() => _stream.Dispose();

    // The mode is not changed, because another program can have the file open already.
    private static void RefuseReadableByOthers(FileInfo file, FileStream stream)
    {
        if (OperatingSystem.IsWindows() || !stream.CanSeek)
            return;

        var mode = File.GetUnixFileMode(stream.SafeFileHandle);
        if ((mode & ~(Private | UnixFileMode.UserExecute)) != UnixFileMode.None)
            throw new IOException($"--record is '{file.FullName}', which others can read or write. Bodies can be personal data: run 'chmod 600' on the file, or use a file that does not exist.");
    }

    // Ends an incomplete line that a killed process left, so that the next line does not become part of it.
    private static void EndTornLine(FileStream stream)
    {
        if (!stream.CanSeek || stream.Length == 0)
            return;

        stream.Seek(-1, SeekOrigin.End);
        if (stream.ReadByte() != '\n')
            stream.WriteByte((byte)'\n');
    }
}
