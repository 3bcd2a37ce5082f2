using System.Diagnostics;
using System.Globalization;

namespace WebSo.Events.ScaleOutTest;

// One of the receivers behind the same inbox. Each start of it is a run.
internal sealed class Instance(string connectionString, string schema, Disturbances disturbances) : IAsyncDisposable
{
    private static int s_lastRun;

    private Process? _process;
    private int _run;

    // Where it listens, or did.
    public Uri Url { get; private set; } = new("http://127.0.0.1:9/");

    public bool IsStopped { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _run = Interlocked.Increment(ref s_lastRun);
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["receiver", connectionString, schema, _run.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        var url = await _process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("The receiver ended before it listened: see its output.");
        Url = new Uri(url);
    }

    // As kill -9.
    public async Task KillAsync()
    {
        disturbances.Killed(_run, Stopwatch.GetTimestamp());
        await DisposeAsync();
    }

    public async Task StopAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        IsStopped = true;
        var begin = Stopwatch.GetTimestamp();
        await SignalAsync("STOP");
        await Task.Delay(time, cancellationToken);
        await SignalAsync("CONT");
        disturbances.Stopped(_run, begin, Stopwatch.GetTimestamp());
        IsStopped = false;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;

        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {_process!.Id.ToString(CultureInfo.InvariantCulture)}"]);
        await kill.WaitForExitAsync();
        if (kill.ExitCode != 0)
            throw new InvalidOperationException($"The signal {signal} was not sent: the receiver has ended.");
    }
}
