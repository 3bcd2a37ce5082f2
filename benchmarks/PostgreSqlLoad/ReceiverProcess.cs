using System.Diagnostics;
using System.Globalization;

namespace PostgreSqlLoad;

internal sealed class ReceiverProcess : IDisposable
{
    private readonly Process _process;

    private ReceiverProcess(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    public static ReceiverProcess Start(Variant variant, string connectionString, string schema)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["receiver", variant.ToString(), connectionString, schema])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        LoadClient.RemoveSettings(start.Environment);
        var process = Process.Start(start)!;
        var url = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The receiver {variant} did not start: see its output.");
        return new ReceiverProcess(process, new Uri(new Uri(url), "/webso/events"));
    }

    public double ReadProcessorMicroseconds()
    {
        _process.StandardInput.WriteLine();
        return double.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
