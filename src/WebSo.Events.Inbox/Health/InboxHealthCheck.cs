using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace WebSo.Events.Inbox.Health;

// Checks that events can be stored and are handled. It writes to the store, because only a write shows that the store is writable.
internal sealed class InboxHealthCheck(
    InboxEndpoint inbox,
    InboxBounds bounds,
    EventReceiver receiver,
    CancellationToken stopping) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var failed = context.Registration.FailureStatus;
        if (stopping.IsCancellationRequested)
            return new HealthCheckResult(failed, "The process is stopping. Calls that still arrive are stored. Send no new calls to this process.");

        if (receiver.HasKeptGuards && !inbox.Options.HandleOnly)
            return new HealthCheckResult(failed, "Guards of an earlier configuration are in force, because the current configuration has an invalid guard or none. The log event GuardsKept names it.");

        var options = inbox.Options;
        using var timeout = inbox.TimeProvider.CreateTimeout(options.HealthTimeout);
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
            return new HealthCheckResult(failed, $"The store of the inbox could not be written and read within {options.HealthTimeout}. The log contains the cause.");
        }
        catch (WebSoInboxStoreException failure)
        {
            return new HealthCheckResult(failed, failure.Message, failure);
        }
    }

    private HealthCheckResult ResultOf(WebSoInboxBacklog backlog, IReadOnlyList<string> warnings, WebSoInboxOptions options)
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
        if (backlog.DeadLetters > options.HealthMaxDeadLetters)
            problems.Add($"dead letters: {backlog.DeadLetters} (check their errors, then replay or discard them)");
        if (backlog.HeldDocuments > options.HealthMaxHeldDocuments)
            problems.Add($"documents held by a dead letter: {backlog.HeldDocuments} (replay or discard their dead letters)");
        if (stuckHandlers > options.HealthMaxStuckHandlers)
            problems.Add($"handlers that ignore their token and hold their documents: {stuckHandlers} (the log event HandlerStuck names them)");
        problems.AddRange(warnings.Select(warning => $"a bound is at 80 % or more: {warning}"));
        if (backlog.OldestAge > options.HealthMaxOldestAge)
        {
            problems.Add($"the oldest event has been waiting for {backlog.OldestAge}: " + (backlog.PausedEndpoints.Count > 0 ? "handling is paused"
                : inbox.Options.ReceiveOnly ? "the process that handles does not run, fails or is too slow (this process has ReceiveOnly)"
                : "handlers fail or are too slow"));
        }

        return problems.Count == 0 ? HealthCheckResult.Healthy(data: data) : HealthCheckResult.Degraded(string.Join("; ", problems) + ".", data: data);
    }
}
