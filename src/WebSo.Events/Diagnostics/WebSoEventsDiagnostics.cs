namespace WebSo.Events;

/// <summary>The names under which traces and metrics are collected. docs/observability.md lists the spans and instruments.</summary>
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
