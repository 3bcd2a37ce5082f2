using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events.Handling;

// What the parts of one endpoint's inbox share.
internal sealed class InboxEndpoint(Endpoint endpoint, InboxEngine engine, IServiceProvider services)
{
    private readonly IOptionsMonitor<WebSoInboxOptions> _inbox = services.GetRequiredService<IOptionsMonitor<WebSoInboxOptions>>();

    public string Name => endpoint.Name;

    public InboxEngine Engine => engine;

    public WebSoInboxOptions Options => _inbox.Get(Name);

    public WebSoEventsOptions EndpointOptions => endpoint.Options;

    public EventDispatcher Dispatcher { get; } = services.GetRequiredKeyedService<EventDispatcher>(endpoint.Name);

    public WebSoEventSerializer Serializer => endpoint.Serializer;

    public DiagnosticSources Diagnostics => endpoint.Diagnostics;

    public InboxMetrics Metrics { get; } = services.GetRequiredService<InboxMetrics>();

    public TimeProvider TimeProvider => endpoint.TimeProvider;

    public IServiceScopeFactory Scopes { get; } = services.GetRequiredService<IServiceScopeFactory>();

    public ILogger Logger { get; } = SafeLogger.Of<IWebSoInbox>(services);

    public DeadLetterHook DeadLetterHook => services.GetRequiredService<IOptionsMonitor<DeadLetterHook>>().Get(Name);

    // How long after it was granted or renewed a lease is used: by its end in the database, handlers have long heard that they lose it.
    public TimeSpan LeaseUse => TimeSpan.FromTicks(engine.LeaseTerm.Ticks / 3 * 2);

    // Null: nobody wants to be called.
    public DeadLetterLoop? DeadLetters { get; set; }

    // Null until the host starts, and in a process that only receives.
    public DeliveryWorker? Worker { get; set; }

    public int StuckHandlers => Worker?.StuckHandlers ?? 0;

    // A stored body as an event; null where it is none.
    public WebSoEvent? Read(WebSoEventContext context) =>
        Serializer.TryDeserialize(context.Body.Span, context.Charset, out var e, out _) ? e : null;
}
