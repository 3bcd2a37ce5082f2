using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace WebSo.Events.Receiving;

// The receivers of all endpoints, by name: where an adapter gets its own.
internal sealed class EventReceiverProvider(IServiceProvider services, EntryPoints entryPoints)
{
    private readonly ConcurrentDictionary<string, EventReceiver> _receivers = new(StringComparer.Ordinal);

    public EntryPoints EntryPoints => entryPoints;

    // The same at each call. Throws an InvalidOperationException where no endpoint of that name was added, and an OptionsValidationException
    // where its options are not valid.
    public EventReceiver Get(string name) => _receivers.GetOrAdd(name, Create);

    // Adds a place where calls of an endpoint arrive. An adapter does so before the host starts, so that it is checked then.
    public void Add(EntryPoint entryPoint) => entryPoints.Add(entryPoint);

    // Logs a warning for each endpoint that has no entry point, once. An adapter calls it when the application has started.
    public void WarnOfUnmapped() => entryPoints.WarnOfUnmapped();

    private EventReceiver Create(string name)
    {
        var endpoint = services.GetKeyedService<Endpoint>(name)
            ?? throw new InvalidOperationException(
                $"There is no registration of {new EndpointLabel(name)}. Add it: services.AddWebSoEvents({new EndpointLabel(name).Argument}).");
        return new EventReceiver(endpoint, services.GetRequiredKeyedService<IEventSink>(name));
    }
}
