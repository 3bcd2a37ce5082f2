using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events.DependencyInjection;

// The services behind AddWebSoEvents: those of each endpoint, keyed by its name, and those that all endpoints share.
internal static class EndpointServices
{
    public const string DefaultName = "";

    // The category of what is logged of receiving and handling.
    private const string LogCategory = "WebSo.Events.Receiver";

    public static IWebSoEventsBuilder Add(IServiceCollection services, string name, IConfigurationSection? section, Action<WebSoEventsOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);

        AddShared(services);
        SetSection(services, name, section);

        // Whether the endpoint was added is told by its builder: its sink may be one's own, registered before.
        var builder = new WebSoEventsBuilder(name, services);
        if (services.All(service => service.ServiceType != typeof(WebSoEventsBuilder) || !Equals(service.ServiceKey, name)))
        {
            services.AddKeyedSingleton(name, builder);
            services.AddKeyedSingleton(name, (provider, _) => CreateEndpoint(provider, name));
            services.AddKeyedSingleton(name, (provider, _) => new EventDispatcher(
                provider.GetRequiredKeyedService<Endpoint>(name),
                provider.GetRequiredService<IServiceScopeFactory>()));
            services.TryAddKeyedSingleton<IEventSink>(name, (provider, _) => new InlineEventSink(
                provider.GetRequiredKeyedService<Endpoint>(name),
                provider.GetRequiredKeyedService<EventDispatcher>(name)));
            services.AddSingleton<IOptionsChangeTokenSource<WebSoEventsOptions>>(
                provider => new EndpointChangeTokenSource(name, provider.GetRequiredService<EndpointSections>()));
            services.AddOptions<WebSoEventsOptions>(name).ValidateOnStart();
            services.AddOptions<EndpointRegistrations>(name).ValidateOnStart();
        }

        if (configure is not null)
            services.Configure(name, configure);
        return builder;
    }

    private static Endpoint CreateEndpoint(IServiceProvider provider, string name) => new(
        name,
        provider.GetRequiredService<IOptionsMonitor<EndpointRegistrations>>().Get(name),
        provider.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>(),
        provider.GetRequiredService<DiagnosticSources>(),
        provider.GetRequiredService<TimeProvider>(),
        LoggerOf(provider));

    // Added twice, an endpoint has the section that it was given at one of the calls.
    private static void SetSection(IServiceCollection services, string name, IConfigurationSection? section)
    {
        var before = services.FirstOrDefault(service =>
            service.ServiceType == typeof(EndpointSection) && ((EndpointSection)service.ImplementationInstance!).Endpoint == name);
        var given = ((EndpointSection?)before?.ImplementationInstance)?.Given;
        if (section is not null && given is not null && !string.Equals(section.Path, given.Path, StringComparison.OrdinalIgnoreCase))
            throw new InvalidOperationException($"The section {section.Path} is given for {new EndpointLabel(name)}, which has the section {given.Path} already. An endpoint has one section: remove one of the two calls of AddWebSoEvents.");

        if (before is null)
            services.AddSingleton(new EndpointSection(name, section));
        else if (given is null && section is not null)
            services[services.IndexOf(before)] = ServiceDescriptor.Singleton(new EndpointSection(name, section));
    }

    private static void AddShared(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new DiagnosticSources(provider.GetService<IMeterFactory>(), provider.GetRequiredService<TimeProvider>()));
        AddOptions(services);
        services.TryAddSingleton(provider => new EntryPoints(() => FindRoles(provider), provider.GetRequiredService<TimeProvider>(), LoggerOf(provider)));
        services.TryAddSingleton(provider => new EventReceiverProvider(provider, provider.GetRequiredService<EntryPoints>()));
        services.AddOptions<StartCheck>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StartCheck>, StartCheckValidator>());
        services.TryAddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>();
            return new WebSoCallbackUrls(name => CallbackSettingsOf(options.Get(name)), provider.GetRequiredService<TimeProvider>());
        });
    }

    private static void AddOptions(IServiceCollection services)
    {
        services.TryAddSingleton(provider => new EndpointSections(provider));
        services.TryAddSingleton(provider =>
        {
            var registrations = provider.GetRequiredService<IOptionsMonitor<EndpointRegistrations>>();
            return new KnownEvents(name => EventNamesOf(registrations, name));
        });
        services.TryAddSingleton<IOptionsFactory<WebSoEventsOptions>>(provider => new WebSoEventsOptionsFactory(
            provider.GetServices<IConfigureOptions<WebSoEventsOptions>>(),
            provider.GetServices<IPostConfigureOptions<WebSoEventsOptions>>(),
            provider.GetServices<IValidateOptions<WebSoEventsOptions>>(),
            LoggerOf(provider)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<WebSoEventsOptions>, WebSoEventsOptionsBinder>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebSoEventsOptions>, WebSoEventsOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebSoEventsOptions>, FilterValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EndpointRegistrations>, EndpointRegistrationsValidator>());
    }

    private static Dictionary<string, EndpointRole> FindRoles(IServiceProvider provider) =>
        provider.GetKeyedServices<WebSoEventsBuilder>(KeyedService.AnyKey).Select(builder => builder.Name).Distinct()
            .ToDictionary(name => name, name => provider.GetKeyedService<EndpointRole>(name) ?? EndpointRole.Both, StringComparer.Ordinal);

    private static (CallbackKeyRing Keys, string PathPrefix) CallbackSettingsOf(WebSoEventsOptions options) =>
        (new CallbackKeyRing(options.CallbackKeys, options.CallbackSigningKey), options.CallbackPathPrefix);

    private static IReadOnlyList<string> EventNamesOf(IOptionsMonitor<EndpointRegistrations> registrations, string name)
    {
        try
        {
            return [.. registrations.Get(name).CreateSerializer().EventNames];
        }
        catch (OptionsValidationException)
        {
            // The registrations' own validator reports it.
            return [.. WebSoEventSerializer.Default.EventNames];
        }
    }

    private static ILogger LoggerOf(IServiceProvider provider) => SafeLogger.Of(provider, LogCategory);
}
