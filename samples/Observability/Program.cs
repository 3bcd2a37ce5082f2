using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using WebSo.Events;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddWebSoEvents()
    .AddHandler<WebSoEvent, Archive>()
    .UseSqliteInbox("events.db");

// Traces to the console, metrics at /metrics. ASP.NET Core's own spans are the parents of ours.
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

/// <summary>Its lines bear the event as a scope. A document named 'reject' becomes a dead letter, to be seen in the metrics and the health.</summary>
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
