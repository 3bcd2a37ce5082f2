using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace WebSo.Events;

internal sealed class EndpointHealthCheck(EventReceiver receiver) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(receiver.HasKeptGuards
        ? new HealthCheckResult(
            context.Registration.FailureStatus,
            "Guards of an earlier configuration are in force, since the changed one has an invalid guard or none. The log says which (GuardsKept).")
        : HealthCheckResult.Healthy());
}
