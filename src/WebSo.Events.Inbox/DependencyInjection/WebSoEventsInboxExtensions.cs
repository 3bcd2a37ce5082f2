using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WebSo.Events;
using WebSo.Events.Handling;

namespace Microsoft.Extensions.DependencyInjection;

// What UseSqliteInbox and UsePostgreSqlInbox build on.
internal static class WebSoEventsInboxExtensions
{
    public static IWebSoEventsBuilder UseInbox(
        this IWebSoEventsBuilder builder,
        Func<IServiceProvider, InboxEngine> getEngine,
        Action<WebSoInboxOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var (name, services) = (builder.Name, builder.Services);
        if (services.Any(service => service.ServiceType == typeof(InboxEndpoint) && Equals(service.ServiceKey, name)))
            throw new InvalidOperationException($"An inbox was added twice for {new EndpointLabel(name)}, and an endpoint can have only one. Remove one of the calls.");

        services.TryAddSingleton<InboxEngines>();
        services.AddKeyedSingleton(name, (provider, _) => new InboxEndpoint(name, getEngine(provider), provider));
        AddServices(services, name);
        if (name.Length == 0)
            services.AddSingleton(provider => provider.GetRequiredKeyedService<IWebSoInbox>(name));
        services.TryAddSingleton(provider => new InboxMetrics(provider.GetRequiredService<WebSoEventsDiagnostics>().Meter));
        services.TryAddSingleton(provider => new InboxGauges(provider.GetRequiredService<WebSoEventsDiagnostics>().Meter));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<WebSoInboxOptions>, WebSoInboxOptionsBinder>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebSoInboxOptions>, WebSoInboxOptionsValidator>());
        services.AddSingleton(new OwnedKey(name, "", WebSoInboxOptionsBinder.Section));
        services.AddOptions<WebSoInboxOptions>(name).ValidateOnStart();
        if (configure is not null)
            services.Configure(name, configure);
        return builder;
    }

    private static void AddServices(IServiceCollection services, string name)
    {
        services.AddKeyedSingleton(name, (provider, _) => RoleOf(provider, name));
        services.AddKeyedSingleton(name, (provider, _) => new InboxBounds(EndpointOf(provider)));
        services.AddKeyedSingleton<IWebSoEventSink>(name, (provider, _) => new InboxEventSink(EndpointOf(provider), provider.GetRequiredKeyedService<InboxBounds>(name)));
        services.AddKeyedSingleton<IWebSoInbox>(name, (provider, _) => InboxOf(EndpointOf(provider)));
        services.AddSingleton<IHostedService>(provider => new InboxHostedService(EndpointOf(provider), provider.GetRequiredService<InboxGauges>()));

        InboxEndpoint EndpointOf(IServiceProvider provider) => provider.GetRequiredKeyedService<InboxEndpoint>(name);
    }

    private static EndpointRole RoleOf(IServiceProvider provider, string name)
    {
        try
        {
            var options = provider.GetRequiredService<IOptionsMonitor<WebSoInboxOptions>>().Get(name);
            return new EndpointRole(Receives: !options.HandleOnly, Handles: !options.ReceiveOnly);
        }
        catch (OptionsValidationException)
        {
            // Their own validation reports it, and the host does not start.
            return EndpointRole.Both;
        }
    }

    private static EngineInbox InboxOf(InboxEndpoint endpoint) =>
        new(endpoint.Engine, endpoint.Name, endpoint.Read) { CountStuckHandlers = () => endpoint.StuckHandlers };
}
