using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events.Handling;

// One endpoint that was added: what all that receive for it or handle for it share. Only its options change, when the configuration does.
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

    // As they stand now.
    public WebSoEventsOptions Options => options.Get(name);

    // In order of registration.
    public HandlerRegistration[] Handlers { get; } = [.. registrations.Handlers];

    // Knows the documented events and those of AddEventType.
    public WebSoEventSerializer Serializer { get; } = registrations.CreateSerializer();

    public DiagnosticSources Diagnostics => diagnostics;

    public TimeProvider TimeProvider => timeProvider;

    public ILogger Logger => logger;
}
