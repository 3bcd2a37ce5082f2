using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

// From an HttpContext to the receiver and back: what the endpoint and the middleware share.
internal sealed class HttpReceiver
{
    private readonly WebSoEventReceiver _receiver;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly bool _isDevelopment;

    // Cancelled when the host's time for a graceful stop is over: requests under way may use that time.
    private readonly CancellationToken _end;

    private HttpReceiver(IServiceProvider services, WebSoEventReceiver receiver)
    {
        _receiver = receiver;
        _lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        _isDevelopment = services.GetRequiredService<IHostEnvironment>().IsDevelopment();
        var end = new CancellationTokenSource();
        _end = end.Token;
        var grace = services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
        _lifetime.ApplicationStopping.Register(() => end.CancelAfter(grace));
    }

    public static HttpReceiver Create(IServiceProvider services, string? name)
    {
        var receivers = services.GetService<WebSoEventReceivers>()
            ?? throw new InvalidOperationException(
                "The services of WebSo.Events are missing. Add this line before builder.Build(): builder.Services.AddWebSoEvents();");
        return new HttpReceiver(services, receivers.Get(name ?? Options.DefaultName));
    }

    public void WarnAtStart(Func<bool> isAuthorized) => _lifetime.ApplicationStarted.Register(
        () => _receiver.WarnOfMissingSetup(needsCredentials: !_isDevelopment && !isAuthorized()));

    public async Task HandleAsync(HttpContext context)
    {
        // The receiver has a limit of its own, with an answer that is in the table. The server's, one byte above it, bounds what the
        // server reads of a body after the answer, to leave the connection in order.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = _receiver.MaxBodySize + 1;

        var receipt = await _receiver.ReceiveAsync(new AspNetCoreRequest(context), _end);
        if (receipt.StatusCode is not { } status)
        {
            context.Abort();
            return;
        }

        var response = context.Response;
        response.StatusCode = status;
        response.ContentLength = 0;
        if (receipt.HeaderName is { } header)
            response.Headers[header] = receipt.HeaderValue;

        await response.CompleteAsync();
        if (!context.RequestAborted.IsCancellationRequested)
            receipt.Answered();
    }
}
