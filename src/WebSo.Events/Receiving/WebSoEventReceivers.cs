using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

/// <summary>The receivers of all endpoints, by name: where an adapter gets its own.</summary>
public sealed class WebSoEventReceivers
{
    private readonly ConcurrentDictionary<string, WebSoEventReceiver> _receivers = new(StringComparer.Ordinal);
    private readonly IServiceProvider _services;
    private readonly ILogger _logger;

    internal WebSoEventReceivers(IServiceProvider services, EntryPoints entryPoints, ILogger logger) =>
        (_services, EntryPoints, _logger) = (services, entryPoints, logger);

    internal EntryPoints EntryPoints { get; }

    /// <summary>The receiver of an endpoint, the same at each call.</summary>
    /// <param name="name">The name given to <c>AddWebSoEvents</c>; empty for the default one.</param>
    /// <exception cref="InvalidOperationException">No endpoint of that name was added.</exception>
    /// <exception cref="OptionsValidationException">The options of the endpoint are not valid.</exception>
    public WebSoEventReceiver Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _receivers.GetOrAdd(name, Create);
    }

    /// <summary>Adds a place where calls of an endpoint arrive. An adapter does so before the host starts, so that it is checked then.</summary>
    /// <param name="entryPoint">The place.</param>
    public void Add(WebSoEntryPoint entryPoint)
    {
        ArgumentNullException.ThrowIfNull(entryPoint);
        EntryPoints.Add(entryPoint);
    }

    /// <summary>Logs a warning for each endpoint that has no entry point, once. An adapter calls it when the application has started.</summary>
    public void WarnOfUnmapped() => EntryPoints.WarnOfUnmapped();

    private WebSoEventReceiver Create(string name)
    {
        var sink = _services.GetKeyedService<IWebSoEventSink>(name)
            ?? throw new InvalidOperationException(
                $"There is no registration of {new EndpointLabel(name)}. Add it: services.AddWebSoEvents({new EndpointLabel(name).Argument}).");
        var monitor = _services.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>();
        var registrations = _services.GetRequiredService<IOptionsMonitor<EndpointRegistrations>>().Get(name);
        return new WebSoEventReceiver(
            name,
            new PolicySource(name, monitor),
            _services.GetRequiredService<WebSoEventSerializers>().Get(name),
            sink,
            registrations.Handlers.Count > 0,
            _services.GetRequiredService<WebSoEventsDiagnostics>(),
            _services.GetRequiredService<EventMetrics>(),
            _services.GetRequiredService<TimeProvider>(),
            _logger);
    }
}
