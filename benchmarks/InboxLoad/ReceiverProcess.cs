using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;

namespace InboxLoad;

internal sealed class ReceiverProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _path;

    private ReceiverProcess(Process process, string path, Uri url) => (_process, _path, Url) = (process, path, url);

    public Uri Url { get; }

    public static ReceiverProcess Start(Variant variant, string path)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["receiver", variant.ToString(), path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        LoadClient.RemoveSettings(start.Environment);
        var process = Process.Start(start)!;
        var url = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The receiver {variant} did not start: see its output.");
        return new ReceiverProcess(process, path, new Uri(new Uri(url), "/webso/events"));
    }

    // After all that it has accepted is handled, where it handles.
    public Usage ReadUsage()
    {
        _process.StandardInput.WriteLine();
        var parts = _process.StandardOutput.ReadLine()!.Split(' ');
        return new Usage(long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture), ReadCommits());
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    // The index of SQLite's write-ahead log counts transactions in its header, at byte 8. Read from here: a file that is closed in the
    // process that has it open as a database would release that one's locks.
    private long ReadCommits()
    {
        if (!File.Exists(_path + "-shm"))
            return 0;

        using var index = File.OpenHandle(_path + "-shm", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> counter = stackalloc byte[4];
        RandomAccess.Read(index, counter, 8);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(counter) : BinaryPrimitives.ReadUInt32BigEndian(counter);
    }
}
