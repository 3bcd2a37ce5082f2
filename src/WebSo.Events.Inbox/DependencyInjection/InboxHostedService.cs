using Microsoft.Extensions.Hosting;

namespace WebSo.Events.Inbox.DependencyInjection;

// Opens the store before the web server accepts calls, and stops the worker while it still does: calls that arrive during a graceful stop
// are stored and answered with 200. The service container closes the engine afterwards. A process with ReceiveOnly has no worker.
internal sealed class InboxHostedService(InboxEndpoint endpoint, InboxGauges gauges) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private Task _retaining = Task.CompletedTask;
    private Task _calling = Task.CompletedTask;
    private Task? _stopped;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await endpoint.Engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (endpoint.Options.HandleOnly)
            endpoint.Engine.WatchClock(endpoint.Name);
        else
            endpoint.Engine.StartHeartbeats(endpoint.Name);
        if (!endpoint.Options.ReceiveOnly)
        {
            if (endpoint.DeadLetterCallback.Call is { } call)
            {
                var loop = endpoint.DeadLetterNotifier = new DeadLetterNotifier(endpoint, call);
                _calling = BackgroundLoop.Run(() => loop.RunAsync(_stopping.Token));
            }

            endpoint.Worker = new DeliveryWorker(endpoint);
            endpoint.Worker.Start();
        }

        gauges.Add(endpoint);
        _retaining = new RetentionLoop(endpoint).RunAsync(_stopping.Token);
    }

    // Runs before the web server stops.
    public Task StoppingAsync(CancellationToken cancellationToken) => StopAsync(cancellationToken);

    // A host can stop twice, and a test host even after it was disposed.
    public Task StopAsync(CancellationToken cancellationToken) => _stopped ??= StopOnceAsync(cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _stopped ??= Task.CompletedTask;

        // If the start failed, nothing else stops the loops that had begun.
        _stopping.Cancel();
        _stopping.Dispose();
        endpoint.Worker?.Dispose();
        endpoint.DeadLetterNotifier?.Dispose();
    }

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (endpoint.Worker is { } worker)
            await worker.StopAsync(cancellationToken).ConfigureAwait(false);
        await _retaining.ConfigureAwait(false);

        // An OnDeadLetter delegate that ignores its token must not keep the process from ending.
        await Task.WhenAny(_calling, endpoint.TimeProvider.WaitAsync(s_grace, cancellationToken)).ConfigureAwait(false);
    }
}
