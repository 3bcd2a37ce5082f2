using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace WebSo.Events.Inbox.Contracts;

// A host with an inbox, whose graceful stop cuts handlers off.
internal sealed class SimulatedHost : IAsyncDisposable
{
    private readonly IHost _host;

    private SimulatedHost(IHost host) => _host = host;

    public IWebSoInbox Inbox => _host.Services.GetRequiredService<IWebSoInbox>();

    public static async Task<SimulatedHost> StartAsync(
        Func<TimeProvider, IWebSoInboxStore> createStore,
        TimeProvider timeProvider,
        SimulatedHandlers handlers,
        CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.Replace(ServiceDescriptor.Singleton(timeProvider));
        builder.Services.AddSingleton(_ => createStore(timeProvider));
        var endpoint = builder.Services.AddWebSoEvents(options => options.HandlerTimeout = Timeout.InfiniteTimeSpan);
        foreach (var name in SimulatedEvent.HandlerNames)
            endpoint.AddHandler<UserFinishEvent>(name, (e, context, token) => handlers.HandleAsync(name, e, context, token));
        endpoint.UseInbox(services => services.GetRequiredService<IWebSoInboxStore>(), options =>
        {
            // Nothing but a rejection ends an event, however much the clock is ahead of the machine.
            options.GiveUpAfter = TimeSpan.FromDays(365);
            options.Retention = Timeout.InfiniteTimeSpan;
            options.StopTimeout = TimeSpan.Zero;
        });

        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new SimulatedHost(host);
    }

    public async Task<WebSoOutcome> PostAsync(string body, bool isAnswered, CancellationToken cancellationToken)
    {
        var receipt = await _host.Services.GetRequiredService<WebSoEventReceivers>().Get("").ReceiveAsync(new SimulatedRequest(body), cancellationToken);
        if (isAnswered)
            receipt.Answered();
        return receipt.Outcome;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
