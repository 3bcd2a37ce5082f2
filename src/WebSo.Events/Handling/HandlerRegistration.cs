using Microsoft.Extensions.DependencyInjection;

namespace WebSo.Events.Handling;

// A registered handler. The name must not change across restarts, because an inbox uses it to record completion.
internal abstract class HandlerRegistration(string name)
{
    public string Name { get; } = name;

    public abstract bool CanHandle(WebSoEvent e);

    public abstract ValueTask HandleAsync(IServiceProvider services, WebSoEvent e, WebSoEventContext context, CancellationToken cancellationToken);

    // The reason why the handler can't be created, or null.
    public virtual string? FindProblem(IServiceProviderIsService known) => null;
}
