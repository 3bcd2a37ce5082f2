namespace WebSo.Events;

public sealed class ListenerContractTests : AdapterContract
{
    protected override Task<IAdapterHost> StartHostAsync(Action<IWebSoEventsBuilder> configure) =>
        Task.FromResult<IAdapterHost>(ListenerHost.Start(Log, configure));
}
