using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WebSo.Events;
using WebSo.Events.Engine;
using WebSo.Events.Handling;

namespace Microsoft.Extensions.DependencyInjection;

// What UseSqliteInbox and UsePostgreSqlInbox build on.
internal static class WebSoEventsInboxExtensions
{
    // Whoever makes the engine disposes it, after the host has stopped.
    public static IWebSoEventsBuilder UseInbox(
        this IWebSoEventsBuilder builder,
        Func<IServiceProvider, InboxEngine> engineOf,
        Action<WebSoInboxOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var (name, services) = (builder.Name, builder.Services);
        if (services.Any(service => service.ServiceType == typeof(InboxEndpoint) && Equals(service.ServiceKey, name)))
            throw new InvalidOperationException($"An inbox was added twice for {new EndpointLabel(name)}, and an endpoint can have only one. Remove one of the calls.");

        AddServices(services, name, engineOf);
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

    private static void AddServices(IServiceCollection services, string name, Func<IServiceProvider, InboxEngine> engineOf)
    {
        services.AddKeyedSingleton(name, (provider, _) => new InboxEndpoint(name, engineOf(provider), provider));
        services.AddKeyedSingleton(name, (provider, _) => RoleOf(provider, name));
        services.AddKeyedSingleton(name, (provider, _) => new InboxBounds(Get<InboxEndpoint>(provider)));
        services.AddKeyedSingleton(name, (provider, _) => new InboxStatus(Get<InboxEndpoint>(provider), Get<InboxBounds>(provider)));
        services.AddKeyedSingleton<IWebSoEventSink>(name, (provider, _) => new InboxEventSink(Get<InboxEndpoint>(provider), Get<InboxBounds>(provider)));
        services.AddKeyedSingleton<IWebSoInbox>(name, (provider, _) => CreateInbox(Get<InboxEndpoint>(provider), Get<InboxStatus>(provider)));
        services.AddSingleton<IHostedService>(provider => CreateHostedService(Get<InboxEndpoint>(provider), Get<InboxStatus>(provider), provider.GetRequiredService<InboxGauges>()));

        T Get<T>(IServiceProvider provider)
            where T : notnull => provider.GetRequiredKeyedService<T>(name);
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

    private static EngineInbox CreateInbox(InboxEndpoint endpoint, InboxStatus status) =>
        new(endpoint.Engine, endpoint.Name, endpoint.Read) { CountStuckHandlers = () => status.StuckHandlers };

    private static InboxHostedService CreateHostedService(InboxEndpoint endpoint, InboxStatus status, InboxGauges gauges)
    {
        gauges.Add(status);
        return new InboxHostedService(endpoint, status);
    }
}
