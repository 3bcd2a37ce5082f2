using System.Diagnostics;
using System.Globalization;

namespace WebSo.Events.CrashTest;

internal sealed class ReceiverProcess : IDisposable
{
    private readonly Process _process;

    private ReceiverProcess(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    public Task Exited => _process.WaitForExitAsync();

    public static async Task<ReceiverProcess> StartAsync(string database, string log, KillStep step, int count, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["receiver", database, log, step.ToString(), count.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("http://", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new ReceiverProcess(process, new Uri(new Uri(line), "/webso/events"));
            }
        }

        throw new InvalidOperationException("The receiver ended before it listened.");
    }

    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill();
    }

    public void Dispose()
    {
        Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
