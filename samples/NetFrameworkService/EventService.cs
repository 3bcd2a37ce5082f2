using System.ServiceProcess;
using Microsoft.Extensions.DependencyInjection;
using WebSo.Events;

namespace NetFrameworkService;

// The service that Windows starts and stops.
internal sealed class EventService(string prefix, string? inbox) : ServiceBase
{
    private WebSoEventListener? _listener;

    public static WebSoEventListener Listen(string prefix, string? inbox)
    {
        var key = Environment.GetEnvironmentVariable("WEBSO_KEY");
        if (string.IsNullOrEmpty(key))
            throw new InvalidOperationException("Set the environment variable WEBSO_KEY to the value that the server sends in the header X-Webso-Key.");

        return WebSoEventListener.Start(prefix, builder =>
        {
            builder.Services.Configure<WebSoEventsOptions>(options => options.RequireHeader("X-Webso-Key", key));
            builder
                .AddHandler<StatusChangeEvent, Printer>()
                .AddHandler<UserFinishEvent, Printer>()
                .AddHandler<FieldSignedOrRejectedEvent, Printer>()
                .AddHandler<RenderReturnEvent, Printer>();

            // With an inbox, an event is answered after it was stored, and is retried until its handlers succeed. Without an inbox, it is answered
            // after it was handled.
            if (inbox is not null)
                builder.UseSqliteInbox(inbox);
        });
    }

    // Windows writes an exception to the event log. Its message names the fix.
    protected override void OnStart(string[] args) => _listener = Listen(prefix, inbox);

    protected override void OnStop() => _listener?.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
