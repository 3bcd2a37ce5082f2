using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace WebSo.Events;

/// <summary>
/// Where traces and metrics come from: one activity source and one meter, both named <c>WebSo.Events</c>. From the services;
/// docs/observability.md lists the spans and instruments.
/// </summary>
/// <remarks>
/// One per container, with the meter of its <see cref="IMeterFactory"/> where it has one, so that the measurements of two applications in
/// one process, as in tests, can be told apart.
/// </remarks>
/// <example>
/// <code>
/// builder.Services.AddOpenTelemetry()
///     .WithTracing(tracing => tracing.AddSource(WebSoEventsDiagnostics.Name))
///     .WithMetrics(metrics => metrics.AddMeter(WebSoEventsDiagnostics.Name));
/// </code>
/// </example>
public sealed class WebSoEventsDiagnostics : IDisposable
{
    /// <summary>The name of the activity source and of the meter: <c>WebSo.Events</c>.</summary>
    public const string Name = "WebSo.Events";

    private readonly bool _ownsMeter;

    /// <summary>Creates the source and the meter.</summary>
    /// <param name="meterFactory">Makes the meter, and disposes it. Not set: it is made here, and disposed with this object.</param>
    public WebSoEventsDiagnostics(IMeterFactory? meterFactory = null)
    {
        var version = typeof(WebSoEventsDiagnostics).Assembly.GetName().Version?.ToString(3);
        ActivitySource = new ActivitySource(Name, version);
        var options = new MeterOptions(Name) { Version = version };
        _ownsMeter = meterFactory is null;
        Meter = meterFactory is null ? new Meter(options) : meterFactory.Create(options);
    }

    /// <summary>The source of the spans.</summary>
    public ActivitySource ActivitySource { get; }

    /// <summary>The meter of the instruments.</summary>
    public Meter Meter { get; }

    /// <summary>Disposes the source, and the meter where no factory does.</summary>
    public void Dispose()
    {
        ActivitySource.Dispose();
        if (_ownsMeter)
            Meter.Dispose();
    }
}
