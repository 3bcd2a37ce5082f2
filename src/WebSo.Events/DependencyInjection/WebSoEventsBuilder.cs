using Microsoft.Extensions.DependencyInjection;

namespace WebSo.Events.DependencyInjection;

internal sealed class WebSoEventsBuilder(string name, IServiceCollection services) : IWebSoEventsBuilder
{
    public string Name { get; } = name;

    public IServiceCollection Services { get; } = services;
}
