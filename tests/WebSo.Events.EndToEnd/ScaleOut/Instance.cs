using System.Diagnostics;
using System.Globalization;

namespace WebSo.Events.EndToEnd.ScaleOut;

// One of the receivers that share an inbox. Each start is a run.
internal sealed class Instance(string connectionString, string schema, Disturbances disturbances) : IAsyncDisposable
{
    private static int s_lastRun;
    private ChildProcess? _process;
    private int _run;

    // The current or last address.
    public Uri Url { get; private set; } = new("http://127.0.0.1:9/");

    public bool IsStopped { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _run = Interlocked.Increment(ref s_lastRun);
        _process = ChildProcess.Start(Environment.ProcessPath!, "scale-out-receiver", connectionString, schema, _run.ToString(CultureInfo.InvariantCulture));
        while (await _process.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!line.StartsWith("http://", StringComparison.Ordinal))
                continue;
            Url = new Uri(line);
            return;
        }

        throw new InvalidOperationException($"The receiver ended before it listened:\n{string.Join('\n', _process.Seen)}");
    }

    // Like kill -9.
    public async Task KillAsync()
    {
        disturbances.Killed(_run, Stopwatch.GetTimestamp());
        await DisposeAsync();
    }

    public async Task StopAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        IsStopped = true;
        var begin = Stopwatch.GetTimestamp();
        await _process!.SignalAsync("STOP");
        await Task.Delay(time, cancellationToken);
        await _process!.SignalAsync("CONT");
        disturbances.Stopped(_run, begin, Stopwatch.GetTimestamp());
        IsStopped = false;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = null;
    }
}
