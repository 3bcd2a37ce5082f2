using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace WebSo.Events.AspNetCore.Endpoints;

internal sealed class EndpointHealthCheck(EventReceiver receiver) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(receiver.HasKeptGuards
        ? new HealthCheckResult(
            context.Registration.FailureStatus,
            "Guards of an earlier configuration are in force, because the new configuration has an invalid guard or none. See the log message GuardsKept and correct the configuration.")
        : HealthCheckResult.Healthy());
}
