using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events.DependencyInjection;

// Registers the services of AddWebSoEvents: keyed services per endpoint, and shared services.
internal static class EndpointServices
{
    public const string DefaultName = "";

    // The log category of receiving and handling.
    private const string LogCategory = "WebSo.Events.Receiver";

    public static IWebSoEventsBuilder Add(IServiceCollection services, string name, IConfigurationSection? section, Action<WebSoEventsOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);

        AddShared(services);
        SetSection(services, name, section);

        // The keyed builder marks the endpoint as added. The sink can't, because a custom sink may be registered first.
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

    // If an endpoint is added twice, only one of the calls needs to pass the section.
    private static void SetSection(IServiceCollection services, string name, IConfigurationSection? section)
    {
        var before = services.FirstOrDefault(service =>
            service.ServiceType == typeof(EndpointSection) && ((EndpointSection)service.ImplementationInstance!).Endpoint == name);
        var given = ((EndpointSection?)before?.ImplementationInstance)?.Given;
        if (section is not null && given is not null && !string.Equals(section.Path, given.Path, StringComparison.OrdinalIgnoreCase))
            throw new InvalidOperationException($"AddWebSoEvents was called with the section {section.Path} for {new EndpointLabel(name)}, which already has the section {given.Path}. An endpoint has one section. Remove one of the two calls.");

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
        services.TryAddSingleton(provider => new EntryPointRegistry(() => FindRoles(provider), provider.GetRequiredService<TimeProvider>(), LoggerOf(provider)));
        services.TryAddSingleton(provider => new EventReceiverProvider(provider, provider.GetRequiredService<EntryPointRegistry>()));
        services.AddOptions<StartupCheck>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StartupCheck>, StartupCheckValidator>());
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
            return new KnownEventNames(name => EventNamesOf(registrations, name));
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
            // The validator of the registrations reports this problem.
            return [.. WebSoEventSerializer.Default.EventNames];
        }
    }

    private static ILogger LoggerOf(IServiceProvider provider) => SafeLogger.Of(provider, LogCategory);
}
