using Microsoft.Extensions.Hosting;

namespace WebSo.Events;

// A host that neither waits for a signal nor ends by one.
internal sealed class NoHostLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
