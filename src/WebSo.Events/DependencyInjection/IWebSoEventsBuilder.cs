using Microsoft.Extensions.DependencyInjection;

namespace WebSo.Events;

/// <summary>Sets up one endpoint. All that can be added to it is an extension method.</summary>
public interface IWebSoEventsBuilder
{
    /// <summary>The name of the endpoint; empty for the default one.</summary>
    string Name { get; }

    /// <summary>The services of the application.</summary>
    IServiceCollection Services { get; }
}
