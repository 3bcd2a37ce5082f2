using System.ServiceProcess;
using Microsoft.Extensions.DependencyInjection;
using WebSo.Events;

namespace NetFrameworkService;

// What Windows starts and stops.
internal sealed class EventService(string prefix) : ServiceBase
{
    private WebSoEventListener? _listener;

    public static WebSoEventListener Listen(string prefix) => WebSoEventListener.Start(prefix, builder => builder
        .AddHandler<StatusChangeEvent, Printer>()
        .AddHandler<UserFinishEvent, Printer>()
        .AddHandler<FieldSignedOrRejectedEvent, Printer>()
        .AddHandler<RenderReturnEvent, Printer>());

    // An exception here is written to the event log, with what is to be done about it.
    protected override void OnStart(string[] args) => _listener = Listen(prefix);

    protected override void OnStop() => _listener?.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
