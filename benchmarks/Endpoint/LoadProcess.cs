using System.Diagnostics;
using System.Globalization;

namespace EndpointBenchmark;

// Runs the client in a separate process, so that this process measures only the listeners.
internal sealed class LoadProcess : IDisposable
{
    private readonly Process _process;
    private readonly Process _own = Process.GetCurrentProcess();

    // Starts this program again. `dotnet run` uses its executable, and `dotnet X.dll` that of the runtime.
    public LoadProcess(int connections) => _process = Process.Start(
        new ProcessStartInfo(
            Environment.ProcessPath!,
            [
                .. Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet" ? [typeof(LoadProcess).Assembly.Location] : Array.Empty<string>(),
                "client",
                connections.ToString(CultureInfo.InvariantCulture),
            ])
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
        var answer = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The client has ended. See its output.");
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
