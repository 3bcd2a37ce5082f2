using System.Diagnostics;
using System.Globalization;

namespace ListenerLoad;

// The client as a process of its own, so that what this one spends is the listeners' alone.
internal sealed class LoadProcess : IDisposable
{
    private readonly Process _process;
    private readonly Process _own = Process.GetCurrentProcess();

    public LoadProcess(int connections) => _process = Process.Start(
        new ProcessStartInfo(Environment.ProcessPath!, [typeof(LoadProcess).Assembly.Location, "client", connections.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;

    public async Task<Sample> MeasureAsync(string url, TimeSpan time)
    {
        _own.Refresh();
        var (processorTime, allocated, watch) = (_own.TotalProcessorTime, GC.GetTotalAllocatedBytes(), Stopwatch.StartNew());
        await _process.StandardInput.WriteLineAsync($"{url} {time.TotalMilliseconds:F0}");
        await _process.StandardInput.FlushAsync();
        var answer = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The client ended: see its output.");
        var calls = double.Parse(answer, CultureInfo.InvariantCulture);
        _own.Refresh();
        return new(
            calls / watch.Elapsed.TotalSeconds,
            (_own.TotalProcessorTime - processorTime).TotalMicroseconds / calls,
            (GC.GetTotalAllocatedBytes() - allocated) / calls);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        _own.Dispose();
    }
}
