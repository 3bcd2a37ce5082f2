using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace WebSo.Events.AspNetCore.Endpoints;

// The base class of the route and the middleware. The setup is verified before the web server listens. Calls before that are refused.
internal abstract class HttpEntryPoint(HttpReceiver handler, IServiceProvider services) : EntryPoint(handler.Receiver)
{
    protected IServiceProvider Services => services;

    protected HttpReceiver Handler => handler;

    public override string EnvironmentName { get; } = services.GetRequiredService<IHostEnvironment>().EnvironmentName;

    public void Add()
    {
        var receivers = services.GetRequiredService<EventReceiverProvider>();
        receivers.Add(this);
        var lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        lifetime.ApplicationStarted.Register(() =>
        {
            receivers.WarnOfUnmapped();
            if (IsComplete && !TryVerify())
                lifetime.StopApplication();
            if (services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(IsOfEveryNetwork) is { } address)
                ListensEverywhere(address);
        });
    }

    public Task HandleAsync(HttpContext context) => TryVerify() ? handler.HandleAsync(context) : RefuseAsync(context);

    private static bool IsOfEveryNetwork(string address) => BindingAddress.Parse(address).Host is "+" or "*" or "0.0.0.0" or "[::]";

    private Task RefuseAsync(HttpContext context)
    {
        var receipt = Receiver.RefuseUnavailable();
        context.Response.StatusCode = receipt.StatusCode!.Value;
        context.Response.ContentLength = 0;
        context.Response.Headers[receipt.HeaderName!] = receipt.HeaderValue;
        return Task.CompletedTask;
    }
}
