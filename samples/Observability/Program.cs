using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using WebSo.Events;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddWebSoEvents()
    .AddHandler<WebSoEvent, Archive>()
    .UseSqliteInbox("events.db");

// Writes traces to the console and metrics to /metrics. The spans of ASP.NET Core are the parents of those of WebSo.Events.
builder.Services.AddOpenTelemetry()
    .ConfigureResource(resource => resource.AddService("webso-receiver"))
    .WithTracing(tracing => tracing
        .AddAspNetCoreInstrumentation()
        .AddSource(WebSoEventsDiagnostics.ActivitySourceName)
        .AddConsoleExporter())
    .WithMetrics(metrics => metrics
        .AddMeter(WebSoEventsDiagnostics.MeterName)
        .AddPrometheusExporter());

builder.Services.AddHealthChecks().AddWebSoInbox();

var app = builder.Build();
app.MapWebSoEvents();
app.MapPrometheusScrapingEndpoint("/metrics");
app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
app.Run();

/// <summary>Logs with the event as a scope. The event of a document named 'reject' becomes a dead letter, which metrics and health show.</summary>
internal sealed class Archive(ILogger<Archive> logger) : IWebSoEventHandler<WebSoEvent>
{
    private static readonly Action<ILogger, Exception?> s_archived = LoggerMessage.Define(LogLevel.Information, new EventId(1, "Archived"), "Archived.");

    public ValueTask HandleAsync(WebSoEvent e, WebSoEventContext context, CancellationToken cancellationToken)
    {
        if (e.DocumentId == "reject")
            throw new WebSoEventRejectedException("This sample rejects the document 'reject'.");

        s_archived(logger, null);
        return ValueTask.CompletedTask;
    }
}
