using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

/// <summary>Kestrel on a free loopback port.</summary>
internal sealed class KestrelHost : IAdapterHost
{
    private readonly WebApplication _app;

    private KestrelHost(WebApplication app, string path)
    {
        _app = app;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Url = new Uri(new Uri(address), path);
    }

    public Uri Url { get; }

    public static async Task<KestrelHost> StartAsync(
        TestLog log,
        Action<IServiceCollection> services,
        Action<WebApplication> configure,
        string path = "/webso/events",
        string environment = "Development")
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Logging.ClearProviders().AddProvider(log);
        services(builder.Services);
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        configure(app);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new KestrelHost(app, path);
    }

    public Task StopAsync() => _app.StopAsync();

    /// <summary>Stops before it disposes the services, because a request can still run after its client has disconnected.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
