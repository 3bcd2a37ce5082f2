using System.ServiceProcess;
using Microsoft.Extensions.DependencyInjection;
using WebSo.Events;

namespace NetFrameworkService;

// What Windows starts and stops.
internal sealed class EventService(string prefix, string? inbox) : ServiceBase
{
    private WebSoEventListener? _listener;

    public static WebSoEventListener Listen(string prefix, string? inbox) => WebSoEventListener.Start(prefix, builder =>
    {
        // The server sends the key with each call: webso_events_keys=X-Webso-Key, webso_events_values=the key. Without one, only this
        // machine may call.
        builder.Services.AddWebSoEvents(options =>
            {
                if (Environment.GetEnvironmentVariable("WEBSO_KEY") is { Length: > 0 } key)
                {
                    options.RequireHeader("X-Webso-Key", key);
                    return;
                }

                options.AllowedNetworks.Add("127.0.0.1");
                options.AllowedNetworks.Add("::1");
            })
            .AddHandler<StatusChangeEvent, Printer>()
            .AddHandler<UserFinishEvent, Printer>()
            .AddHandler<FieldSignedOrRejectedEvent, Printer>()
            .AddHandler<RenderReturnEvent, Printer>();

        // With an inbox an event is answered when it is stored, and handled until that succeeds; without, it is answered when it is handled.
        if (inbox is not null)
            builder.UseSqliteInbox(inbox);
    });

    // An exception here is written to the event log, with what is to be done about it.
    protected override void OnStart(string[] args) => _listener = Listen(prefix, inbox);

    protected override void OnStop() => _listener?.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
