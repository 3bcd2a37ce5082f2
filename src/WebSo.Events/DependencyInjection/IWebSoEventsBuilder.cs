using Microsoft.Extensions.DependencyInjection;

namespace WebSo.Events;

/// <summary>Configures one endpoint. Extension methods add handlers, event types, an inbox or a listener to it.</summary>
public interface IWebSoEventsBuilder
{
    /// <summary>Gets the name of the endpoint. Empty for the default endpoint.</summary>
    string Name { get; }

    /// <summary>Gets the service collection of the application.</summary>
    IServiceCollection Services { get; }
}
