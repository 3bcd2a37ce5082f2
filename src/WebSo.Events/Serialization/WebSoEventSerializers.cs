using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

/// <summary>The serializers of all endpoints, by name: each knows the documented events and those of its endpoint's <c>AddEventType</c>.</summary>
public sealed class WebSoEventSerializers
{
    private readonly ConcurrentDictionary<string, WebSoEventSerializer> _serializers = new(StringComparer.Ordinal);
    private readonly IOptionsMonitor<EndpointRegistrations> _registrations;

    internal WebSoEventSerializers(IOptionsMonitor<EndpointRegistrations> registrations) => _registrations = registrations;

    /// <summary>The serializer of an endpoint, the same at each call.</summary>
    /// <param name="name">The name of the endpoint; empty for the default one.</param>
    public WebSoEventSerializer Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _serializers.GetOrAdd(name, key => _registrations.Get(key).CreateSerializer());
    }
}
