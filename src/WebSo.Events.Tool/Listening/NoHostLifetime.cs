using Microsoft.Extensions.Hosting;

namespace WebSo.Events.Tool.Listening;

// Ignores signals; the command line handles them.
internal sealed class NoHostLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
