using Microsoft.Extensions.Logging;

namespace WebSo.Events.Handling;

// What the handling of deliveries needs of the application.
internal sealed record DeliveryServices(
    IWebSoEventDispatcher Dispatcher,
    WebSoEventSerializer Serializer,
    WebSoEventsDiagnostics Diagnostics,
    InboxMetrics Metrics,
    TimeProvider TimeProvider,
    ILogger Logger)
{
    public ILogger Logger { get; } = SafeLogger.Of(Logger);
}
