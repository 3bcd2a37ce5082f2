using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace WebSo.Events.AspNetCore.Endpoints;

// Passes an HttpContext to the receiver and sends the response.
internal sealed class HttpReceiver
{
    private const string LogCategory = "WebSo.Events.HttpReceiver";

    private readonly EventReceiver _receiver;
    private readonly ThrottledLine<Exception> _receiveFailed;
    private readonly RefusalLog _responseStarted;

    // Canceled when the shutdown timeout of the host is over. Until then, calls in progress can complete.
    private readonly CancellationToken _end;

    private HttpReceiver(IServiceProvider services, EventReceiver receiver)
    {
        _receiver = receiver;
        var logger = SafeLogger.Of(services, LogCategory);
        var time = receiver.Endpoint.TimeProvider;
        _receiveFailed = new(time, (count, failure) => HttpReceiverLog.ReceiveFailed(logger, failure, count, receiver.Endpoint.Name));
        ChallengeShield = new(new RefusalLog(time, (count, from, status) => HttpReceiverLog.RedirectPrevented(logger, count, receiver.Endpoint.Name, from, status)));
        _responseStarted = new(time, (count, _, _) => HttpReceiverLog.ResponseStarted(logger, count, receiver.Endpoint.Name));
        var end = new CancellationTokenSource();
        _end = end.Token;
        var grace = services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => end.CancelAfter(grace));
    }

    public EventReceiver Receiver => _receiver;

    public ChallengeShield ChallengeShield { get; }

    public static HttpReceiver Create(IServiceProvider services, string? name)
    {
        var receivers = services.GetService<EventReceiverProvider>()
            ?? throw new InvalidOperationException(
                "The services of WebSo.Events are not registered. Add this line before builder.Build(): builder.Services.AddWebSoEvents();");
        return new HttpReceiver(services, receivers.Get(name ?? Options.DefaultName));
    }

    public async Task HandleAsync(HttpContext context)
    {
        ChallengeShield.Pass(context);
        HttpAnswer.Shield(context);
        var request = new AspNetCoreRequest(context, _receiver.Endpoint.Options.MaxBodySize);
        var receipt = await ReceiveAsync(request);
        if (context.Response.HasStarted)
        {
            _responseStarted.Add(request.RemoteAddress);
            context.Abort();
        }
        else if (receipt.StatusCode is { } status)
        {
            await HttpAnswer.SendAsync(context, receipt, status, isLast: request.HasUnreadBody);
        }
        else
        {
            context.Abort();
        }
    }

    // An exception must not reach the middleware, which could answer it with any status.
    private async ValueTask<Receipt> ReceiveAsync(AspNetCoreRequest request)
    {
        try
        {
            return await _receiver.ReceiveAsync(request, _end);
        }
        catch (Exception e)
        {
            _receiveFailed.Add(e);
            return new Receipt(ReceiveOutcome.HandlerFailed);
        }
    }
}
