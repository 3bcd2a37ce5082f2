using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace WebSo.Events.Diagnostics;

// The activity source and the meter of one container. The container's IMeterFactory, if registered, creates the meter, so that two
// applications in one process, such as tests, have separate measurements.
internal sealed class DiagnosticSources : IDisposable
{
    private readonly bool _ownsMeter;

    // The meter factory disposes its meters.
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
