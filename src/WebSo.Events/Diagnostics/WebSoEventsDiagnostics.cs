namespace WebSo.Events;

/// <summary>The names of the activity source and the meter, for collecting traces and metrics, for example with OpenTelemetry.</summary>
/// <example>
/// <code>
/// builder.Services.AddOpenTelemetry()
///     .WithTracing(tracing => tracing.AddSource(WebSoEventsDiagnostics.ActivitySourceName))
///     .WithMetrics(metrics => metrics.AddMeter(WebSoEventsDiagnostics.MeterName));
/// </code>
/// </example>
public static class WebSoEventsDiagnostics
{
    /// <summary>The name of the activity source: <c>WebSo.Events</c>.</summary>
    public const string ActivitySourceName = "WebSo.Events";

    /// <summary>The name of the meter: <c>WebSo.Events</c>.</summary>
    public const string MeterName = "WebSo.Events";
}
