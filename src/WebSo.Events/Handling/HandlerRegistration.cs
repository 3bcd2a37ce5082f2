using Microsoft.Extensions.DependencyInjection;

namespace WebSo.Events.Handling;

// One AddHandler. The name is stable over restarts: an inbox records completion by it.
internal abstract class HandlerRegistration(string name)
{
    public string Name { get; } = name;

    public abstract bool CanHandle(WebSoEvent e);

    public abstract ValueTask HandleAsync(IServiceProvider services, WebSoEvent e, WebSoEventContext context, CancellationToken cancellationToken);

    // Why the handler can't be created, or null.
    public virtual string? FindProblem(IServiceProviderIsService known) => null;
}
