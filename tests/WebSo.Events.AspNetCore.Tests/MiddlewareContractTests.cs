using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace WebSo.Events;

public sealed class MiddlewareContractTests : AdapterContract
{
    protected override async Task<IAdapterHost> StartHostAsync(Action<IWebSoEventsBuilder> configure) =>
        await KestrelHost.StartAsync(Log, services => configure(services.AddWebSoEvents()), app => app.UseWebSoEvents());
}
