using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health of an endpoint to the health checks of an application.</summary>
public static class WebSoEventsHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check that is unhealthy while guards of an earlier configuration are in force. Use it for an endpoint without an inbox. The check
    /// of an inbox, <c>AddWebSoInbox</c>, includes it.
    /// </summary>
    /// <param name="builder">The health checks of the application.</param>
    /// <param name="endpointName">The name passed to <c>AddWebSoEvents</c>, or empty for the default endpoint.</param>
    /// <param name="name">The name of the check, or null for <c>webso_events</c>, with <c>_ENDPOINT</c> appended for a named endpoint.</param>
    /// <param name="failureStatus">The status to report on failure, or null for <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">The tags of the check, or null for <c>ready</c>.</param>
    /// <exception cref="InvalidOperationException">Thrown by the check if no endpoint of that name was added.</exception>
    /// <example><code>builder.Services.AddHealthChecks().AddWebSoEvents();</code></example>
    public static IHealthChecksBuilder AddWebSoEvents(
        this IHealthChecksBuilder builder,
        string endpointName = "",
        string? name = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(endpointName);

        return builder.Add(new HealthCheckRegistration(
            name ?? (endpointName.Length == 0 ? "webso_events" : $"webso_events_{endpointName}"),
            services => new EndpointHealthCheck(services.GetRequiredService<EventReceiverProvider>().Get(endpointName)),
            failureStatus,
            tags ?? ["ready"]));
    }
}
