using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace WebSo.Events.Receiving;

// Provides adapters with the receiver of an endpoint.
internal sealed class EventReceiverProvider(IServiceProvider services, EntryPointRegistry entryPoints)
{
    private readonly ConcurrentDictionary<string, EventReceiver> _receivers = new(StringComparer.Ordinal);

    // Returns the same receiver for each call with the same name. Throws an InvalidOperationException if the endpoint was not added, and an
    // OptionsValidationException if its options are not valid.
    public EventReceiver Get(string name) => _receivers.GetOrAdd(name, Create);

    // Adds an entry point. Call it before the host starts, so that the start checks the entry point.
    public void Add(EntryPoint entryPoint) => entryPoints.Add(entryPoint);

    // Logs one warning for each endpoint without an entry point. Call it when the application has started.
    public void WarnOfUnmapped() => entryPoints.WarnOfUnmapped();

    private EventReceiver Create(string name)
    {
        var endpoint = services.GetKeyedService<Endpoint>(name)
            ?? throw new InvalidOperationException(
                $"The application has not added {new EndpointLabel(name)}. Call services.AddWebSoEvents({new EndpointLabel(name).Argument}).");
        return new EventReceiver(endpoint, services.GetRequiredKeyedService<IEventSink>(name));
    }
}
