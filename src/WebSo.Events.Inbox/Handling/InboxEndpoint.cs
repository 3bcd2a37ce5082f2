using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events.Inbox.Handling;

// The options and services that the parts of one endpoint's inbox share.
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

    public DeadLetterCallback DeadLetterCallback => services.GetRequiredService<IOptionsMonitor<DeadLetterCallback>>().Get(Name);

    // How long a lease is used after it was granted or renewed. It is shorter than the lease in the database, so that handlers are canceled
    // before another process can claim the delivery.
    public TimeSpan UsableLeaseDuration => TimeSpan.FromTicks(engine.LeaseDuration.Ticks / 3 * 2);

    // Null if OnDeadLetter was not called.
    public DeadLetterNotifier? DeadLetterNotifier { get; set; }

    // Null until the host starts, and in a process with ReceiveOnly.
    public DeliveryWorker? Worker { get; set; }

    public int StuckHandlers => Worker?.StuckHandlers ?? 0;

    // Parses a stored body. Returns null if it is not a valid event.
    public WebSoEvent? Read(WebSoEventContext context) =>
        Serializer.TryDeserialize(context.Body.Span, context.Charset, out var e, out _) ? e : null;
}
