using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events.Handling;

// An added endpoint: everything that receiving and handling share. Only the options can change later.
internal sealed class Endpoint(
    string name,
    EndpointRegistrations registrations,
    IOptionsMonitor<WebSoEventsOptions> options,
    DiagnosticSources diagnostics,
    TimeProvider timeProvider,
    ILogger logger)
{
    // Empty for the default endpoint.
    public string Name => name;

    // The current options.
    public WebSoEventsOptions Options => options.Get(name);

    // In order of registration.
    public HandlerRegistration[] Handlers { get; } = [.. registrations.Handlers];

    // Supports the documented events and those added with AddEventType.
    public WebSoEventSerializer Serializer { get; } = registrations.CreateSerializer();

    public DiagnosticSources Diagnostics => diagnostics;

    public TimeProvider TimeProvider => timeProvider;

    public ILogger Logger => logger;
}
