using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace WebSo.Events.CrashTest;

internal sealed class ReceiverProcess : IDisposable
{
    private const int KilledExitCode = 128 + 9;
    private const int SigTerm = 15;

    private readonly Process _process;

    private ReceiverProcess(Process process, Uri? url) => (_process, Url, Id) = (process, url, process.Id);

    // Null: it was killed before it listened, at work on what the one before it had left.
    public Uri? Url { get; }

    // Also when it has ended.
    public int Id { get; }

    public Task Exited => _process.WaitForExitAsync();

    public static async Task<ReceiverProcess> StartAsync(
        string database,
        string log,
        KillStep step,
        int count,
        CancellationToken cancellationToken,
        string endpoint = "",
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["receiver", database, log, step.ToString(), count.ToString(CultureInfo.InvariantCulture), endpoint])
        {
            RedirectStandardOutput = true,
        };
        foreach (var variable in environment ?? new Dictionary<string, string>())
            start.Environment[variable.Key] = variable.Value;
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("http://", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new ReceiverProcess(process, new Uri(new Uri(line), "/webso/events"));
            }
        }

        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == KilledExitCode
            ? new ReceiverProcess(process, null)
            : throw new InvalidOperationException($"The receiver ended with {process.ExitCode} before it listened: see its output.");
    }

    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill();
    }

    // As systemd and Docker do.
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _ = SendSignal(_process.Id, SigTerm);
        await _process.WaitForExitAsync(cancellationToken);
        if (_process.ExitCode != 0)
            throw new InvalidOperationException($"The receiver was asked to stop, and ended with {_process.ExitCode}.");
    }

    public void Dispose()
    {
        Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
