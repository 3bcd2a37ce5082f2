using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace WebSo.Events.Diagnostics;

// Where the traces and metrics of one container come from. It uses the meter of the container's IMeterFactory if there is one, so that the
// measurements of two applications in one process, as in tests, can be told apart.
internal sealed class DiagnosticSources : IDisposable
{
    private readonly bool _ownsMeter;

    // A factory disposes the meter that it made.
    public DiagnosticSources(IMeterFactory? meterFactory, TimeProvider timeProvider)
    {
        var version = typeof(DiagnosticSources).Assembly.GetName().Version?.ToString(3);
        ActivitySource = new ActivitySource(WebSoEventsDiagnostics.ActivitySourceName, version);
        var options = new MeterOptions(WebSoEventsDiagnostics.MeterName) { Version = version };
        _ownsMeter = meterFactory is null;
        Meter = meterFactory is null ? new Meter(options) : meterFactory.Create(options);
        Metrics = new EventMetrics(Meter, timeProvider);
    }

    public ActivitySource ActivitySource { get; }

    public Meter Meter { get; }

    public EventMetrics Metrics { get; }

    public void Dispose()
    {
        ActivitySource.Dispose();
        if (_ownsMeter)
            Meter.Dispose();
    }
}
