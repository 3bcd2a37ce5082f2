using System.Diagnostics;
using System.Globalization;

namespace WebSo.Events.EndToEnd.Crash;

internal sealed class ReceiverProcess : IDisposable
{
    private const int KilledExitCode = 128 + 9;
    private readonly ChildProcess _process;

    private ReceiverProcess(ChildProcess process, Uri? url) => (_process, Url) = (process, url);

    // Null: the process was killed before it listened, while it handled earlier events.
    public Uri? Url { get; }

    // Also valid after the process has ended.
    public int Id => _process.Id;

    public Task Exited => _process.Exited;

    public static async Task<ReceiverProcess> StartAsync(
        string database,
        string log,
        KillStep step,
        int count,
        CancellationToken cancellationToken,
        string endpoint = "",
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!, ["crash-receiver", database, log, step.ToString(), count.ToString(CultureInfo.InvariantCulture), endpoint]);
        foreach (var variable in environment ?? new Dictionary<string, string>())
            start.Environment[variable.Key] = variable.Value;
        var process = ChildProcess.Start(start);
        while (await process.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("http://", StringComparison.Ordinal))
                return new ReceiverProcess(process, new Uri(new Uri(line), "/webso/events"));
        }

        await process.Exited.WaitAsync(cancellationToken);
        return process.ExitCode == KilledExitCode
            ? new ReceiverProcess(process, null)
            : throw new InvalidOperationException($"The receiver ended with exit code {process.ExitCode} before it listened:\n{string.Join('\n', process.Seen)}");
    }

    public void Kill() => _process.Kill();

    // Sends SIGTERM, like systemd and Docker.
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var exitCode = await _process.EndAsync("TERM", cancellationToken);
        if (exitCode != 0)
            throw new InvalidOperationException($"The receiver was stopped gracefully, but ended with exit code {exitCode}:\n{string.Join('\n', _process.Seen)}");
    }

    public void Dispose() => _process.Dispose();
}
