using System.Diagnostics;
using System.Globalization;

namespace InboxBenchmark;

internal sealed class ReceiverProcess : IDisposable
{
    private readonly Process _process;

    private ReceiverProcess(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    // The program is the benchmark's assembly, of this build or another one.
    public static ReceiverProcess Start(string program, Store store, string connection)
    {
        var start = new ProcessStartInfo("dotnet", [program, "receiver", store.ToString(), connection])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        LoadClient.RemoveSettings(start.Environment);
        var process = Process.Start(start)!;
        var url = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The receiver {store} of {program} did not start. See its output.");
        return new ReceiverProcess(process, new Uri(new Uri(url), "/webso/events"));
    }

    public string Ask(string command)
    {
        _process.StandardInput.WriteLine(command);
        return _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The receiver has ended. See its output.");
    }

    public Usage ReadUsage()
    {
        var parts = Ask("usage").Split(' ');
        return new Usage(
            double.Parse(parts[0], CultureInfo.InvariantCulture),
            long.Parse(parts[1], CultureInfo.InvariantCulture),
            long.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
