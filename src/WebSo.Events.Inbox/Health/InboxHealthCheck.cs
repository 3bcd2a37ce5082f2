using Microsoft.Extensions.Diagnostics.HealthChecks;
using WebSo.Events.Handling;

namespace WebSo.Events;

// Checks that events can be stored and are handled. It writes to the store, because only a write shows that the store is writable.
internal sealed class InboxHealthCheck(
    InboxEndpoint inbox,
    InboxBounds bounds,
    EventReceiver receiver,
    Func<WebSoInboxHealthOptions> getOptions,
    CancellationToken stopping) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var failed = context.Registration.FailureStatus;
        if (stopping.IsCancellationRequested)
            return new HealthCheckResult(failed, "The process is stopping. Calls that still arrive are stored; send it no more.");

        if (receiver.HasKeptGuards && !inbox.Options.HandleOnly)
            return new HealthCheckResult(failed, "Guards of an earlier configuration are in force, since the changed one has an invalid guard or none. The log says which (GuardsKept).");

        var options = getOptions();
        using var timeout = inbox.TimeProvider.CreateTimeout(options.StoreTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await inbox.Engine.ProbeAsync(either.Token).ConfigureAwait(false);
            var backlog = await inbox.Engine.Reader.GetBacklogAsync(inbox.Name, either.Token).ConfigureAwait(false);
            if (inbox.Engine.Dialect.FindShortage() is { } shortage)
                return new HealthCheckResult(failed, shortage);

            return ResultOf(backlog, await bounds.FindWarningsAsync(either.Token).ConfigureAwait(false), options);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(failed, $"The store of the inbox could not be written and read within {options.StoreTimeout}. The log tells why.");
        }
        catch (WebSoInboxStoreException failure)
        {
            return new HealthCheckResult(failed, failure.Message, failure);
        }
    }

    private HealthCheckResult ResultOf(WebSoInboxBacklog backlog, IReadOnlyList<string> warnings, WebSoInboxHealthOptions options)
    {
        var stuckHandlers = inbox.StuckHandlers;
        var data = new Dictionary<string, object>
        {
            ["pending"] = backlog.Pending,
            ["handling"] = backlog.Handling,
            ["oldestAgeSeconds"] = backlog.OldestAge?.TotalSeconds ?? 0,
            ["deadLetters"] = backlog.DeadLetters,
            ["heldDocuments"] = backlog.HeldDocuments,
            ["stuckHandlers"] = stuckHandlers,
        };
        var problems = new List<string>();
        if (backlog.DeadLetters > options.MaxDeadLetters)
            problems.Add($"dead letters: {backlog.DeadLetters} (look at their errors, then replay or discard them)");
        if (backlog.HeldDocuments > options.MaxHeldDocuments)
            problems.Add($"documents held by a dead letter: {backlog.HeldDocuments} (replay or discard their dead letters)");
        if (stuckHandlers > options.MaxStuckHandlers)
            problems.Add($"handlers that ignore their token and hold their documents: {stuckHandlers} (the log names them: HandlerStuck)");
        problems.AddRange(warnings.Select(warning => $"a bound is near or reached: {warning}"));
        if (backlog.OldestAge > options.MaxOldestAge)
        {
            problems.Add($"the oldest event waits for {backlog.OldestAge}: " + (backlog.PausedEndpoints.Count > 0 ? "the handling is paused"
                : inbox.Options.ReceiveOnly ? "the process that handles does not run, fails or does not keep up (this one has ReceiveOnly)"
                : "handlers fail or do not keep up"));
        }

        return problems.Count == 0 ? HealthCheckResult.Healthy(data: data) : HealthCheckResult.Degraded(string.Join("; ", problems) + ".", data: data);
    }
}
