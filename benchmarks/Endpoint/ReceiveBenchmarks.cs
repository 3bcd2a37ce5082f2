using System.Diagnostics;
using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace EndpointBenchmark;

/// <summary>A call with its handler, without web server and inbox, and the checks of instruments without listeners.</summary>
[MemoryDiagnoser]
[InProcess]
public class ReceiveBenchmarks
{
    private readonly ActivitySource _source = new("nobody listens");
    private readonly Meter _meter = new("nobody listens");
    private Counter<long> _counter = null!;
    private Histogram<double> _histogram = null!;
    private Receiver _receiver = null!;
    private Listeners? _listeners;

    [GlobalSetup(Targets = [nameof(Receive), nameof(Checks)])]
    public void SetUp()
    {
        _counter = _meter.CreateCounter<long>("counter");
        _histogram = _meter.CreateHistogram<double>("histogram");
        _receiver = new Receiver();
    }

    [GlobalSetup(Target = nameof(ReceiveListened))]
    public void SetUpListened()
    {
        _listeners = new Listeners();
        SetUp();
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        _listeners?.Dispose();
        await _receiver.DisposeAsync();
    }

    [Benchmark(Baseline = true, Description = "a call that nobody listens to")]
    public ValueTask Receive() => _receiver.ReceiveAsync();

    // The checks in the receiver, the sink and the dispatcher.
    [Benchmark(Description = "its checks alone")]
    public bool Checks()
    {
        using var scope = NullLogger.Instance.BeginScope(new KeyValuePair<string, object?>("", null));
        return _counter.Enabled | _histogram.Enabled | _source.HasListeners() | _source.HasListeners() | _histogram.Enabled | _histogram.Enabled | _counter.Enabled;
    }

    [Benchmark(Description = "a call whose spans and metrics are heard")]
    public ValueTask ReceiveListened() => _receiver.ReceiveAsync();
}
