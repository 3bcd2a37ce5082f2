using System.Text;

namespace WebSo.Events;

// The file of `listen --record`. Bodies are personal data: it is made for its owner alone. It has a bound, since strangers can fill it.
internal sealed class RecordFile : IDisposable
{
    public const long MaxSize = 1024L * 1024 * 1024;

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Lock _lock = new();
    private readonly FileStream _stream;

    private RecordFile(FileStream stream) => _stream = stream;

    public static RecordFile Open(FileInfo file)
    {
        // Without a buffer, a line that could not be written is not written later, either.
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

    // Throws IOException where the line is not in the file, not even a part of it.
    public void Add(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (_lock)
        {
            var start = _stream.CanSeek ? _stream.Position : 0;
            if (start + bytes.Length > MaxSize)
                throw new IOException($"the file of --record would have more than {MaxSize} bytes: give another one");

            try
            {
                _stream.Write(bytes);
            }
            catch (Exception e)
            {
                if (_stream.CanSeek)
                    _stream.SetLength(start);

                // .NET throws this where the file system or the user's limits allow no larger file.
                if (e is ArgumentOutOfRangeException)
                    throw new IOException("the file of --record can't become larger: give another one, on another disk if need be", e);
                throw;
            }
        }
    }

    public void Dispose() => _stream.Dispose();

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
