using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

/// <summary>A receiver as an application has it, with logging to a provider that does nothing and keeps no scopes.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly EventReceiver _receiver;
    private long _handled;

    private Receiver(Func<Receiver, IHost> build)
    {
        _host = build(this);
        _receiver = _host.Services.GetRequiredService<EventReceiverProvider>().Get("");
    }

    public static async Task<Receiver> StartAsync(string? inbox, bool yields)
    {
        var receiver = new Receiver(self =>
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            var endpoint = builder.Services.AddWebSoEvents().AddHandler<WebSoEvent>("count", async (_, _, _) =>
            {
                if (yields)
                    await Task.Yield();
                Interlocked.Increment(ref self._handled);
            });
            if (inbox is not null)
                endpoint.UseSqliteInbox(inbox);
            return builder.Build();
        });
        await receiver._host.StartAsync();
        return receiver;
    }

    public async ValueTask ReceiveAsync(byte[] body) => await _receiver.ReceiveAsync(new Call(body), CancellationToken.None);

    public async Task WaitForAsync(long handled)
    {
        while (Interlocked.Read(ref _handled) < handled)
            await Task.Delay(1);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
