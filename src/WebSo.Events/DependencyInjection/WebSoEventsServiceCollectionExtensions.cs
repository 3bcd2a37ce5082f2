using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebSo.Events;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the receiving of WebSignatureOffice's events to an application.</summary>
public static class WebSoEventsServiceCollectionExtensions
{
    /// <summary>Adds the default endpoint. Its options come from the configuration section <c>WebSoEvents</c>, then from code.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Sets options; runs again when the configuration changes. Not set: none.</param>
    /// <returns>A builder on which handlers, event types and an inbox are added. Called twice, it is the same endpoint.</returns>
    /// <example>
    /// <code>
    /// builder.Services.AddWebSoEvents()
    ///     .AddHandler&lt;StatusChangeEvent, ArchiveFinishedDocument&gt;();
    /// </code>
    /// </example>
    public static IWebSoEventsBuilder AddWebSoEvents(this IServiceCollection services, Action<WebSoEventsOptions>? configure = null) =>
        services.AddWebSoEvents(Options.Options.DefaultName, configure);

    /// <summary>
    /// Adds one of several endpoints, so that for example a test and a production server can't mix: each has its own options, handlers
    /// and inbox. Its options come from the section <c>WebSoEvents:Endpoints:NAME</c>, then from code.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="name">The name, by which <c>MapWebSoEvents</c> refers to it; upper and lower case differ.</param>
    /// <param name="configure">Sets options; runs again when the configuration changes. Not set: none.</param>
    public static IWebSoEventsBuilder AddWebSoEvents(this IServiceCollection services, string name, Action<WebSoEventsOptions>? configure = null) =>
        Add(services, name, null, configure);

    /// <summary>
    /// Adds the default endpoint with a configuration section of your choice, instead of <c>WebSoEvents</c>. The section has the same keys,
    /// those of an inbox included. Prefer it over <c>services.Configure</c>, which reads some of them differently.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="section">The section. The start fails when it does not exist.</param>
    /// <param name="configure">Sets options; runs again when the configuration changes. Not set: none.</param>
    /// <exception cref="InvalidOperationException">The endpoint was added with another section before.</exception>
    /// <example><code>builder.Services.AddWebSoEvents(builder.Configuration.GetSection("Webhooks"));</code></example>
    public static IWebSoEventsBuilder AddWebSoEvents(
        this IServiceCollection services,
        IConfigurationSection section,
        Action<WebSoEventsOptions>? configure = null) => services.AddWebSoEvents(Options.Options.DefaultName, section, configure);

    /// <summary>
    /// Adds one of several endpoints with a configuration section of your choice, instead of <c>WebSoEvents:Endpoints:NAME</c>.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="name">The name, by which <c>MapWebSoEvents</c> refers to it; upper and lower case differ.</param>
    /// <param name="section">The section. The start fails when it does not exist.</param>
    /// <param name="configure">Sets options; runs again when the configuration changes. Not set: none.</param>
    /// <exception cref="InvalidOperationException">The endpoint was added with another section before.</exception>
    public static IWebSoEventsBuilder AddWebSoEvents(
        this IServiceCollection services,
        string name,
        IConfigurationSection section,
        Action<WebSoEventsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        return Add(services, name, section, configure);
    }

    private static WebSoEventsBuilder Add(IServiceCollection services, string name, IConfigurationSection? section, Action<WebSoEventsOptions>? configure)
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
            services.TryAddKeyedSingleton<IWebSoEventSink>(name, (provider, _) => new InlineEventSink(
                name,
                provider.GetRequiredService<IWebSoEventDispatcher>(),
                provider.GetRequiredService<WebSoEventsDiagnostics>(),
                provider.GetRequiredService<TimeProvider>(),
                LoggerOf(provider)));
            services.AddSingleton<IOptionsChangeTokenSource<WebSoEventsOptions>>(
                provider => new EndpointChangeTokenSource(name, provider.GetRequiredService<EndpointSections>()));
            services.AddOptions<WebSoEventsOptions>(name).ValidateOnStart();
            services.AddOptions<EndpointRegistrations>(name).ValidateOnStart();
        }

        if (configure is not null)
            services.Configure(name, configure);
        return builder;
    }

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
        services.TryAddSingleton(provider => new WebSoEventsDiagnostics(provider.GetService<IMeterFactory>()));
        services.TryAddSingleton(provider => new EventMetrics(
            provider.GetRequiredService<WebSoEventsDiagnostics>().Meter,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IWebSoEventDispatcher>(provider => new EventDispatcher(
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetRequiredService<IOptionsMonitor<EndpointRegistrations>>(),
            provider.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>(),
            provider.GetRequiredService<EventMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            LoggerOf(provider)));
        services.TryAddSingleton(provider => new EndpointSections(provider));
        services.TryAddSingleton(provider => new KnownEvents(provider.GetRequiredService<IOptionsMonitor<EndpointRegistrations>>()));
        services.TryAddSingleton(provider => new EntryPoints(
            () => provider.GetKeyedServices<WebSoEventsBuilder>(KeyedService.AnyKey).Select(builder => builder.Name).Distinct()
                .ToDictionary(name => name, name => provider.GetKeyedService<EndpointRole>(name) ?? EndpointRole.Both, StringComparer.Ordinal),
            provider.GetRequiredService<TimeProvider>(),
            LoggerOf(provider)));
        services.TryAddSingleton(provider => new WebSoEventReceivers(provider, provider.GetRequiredService<EntryPoints>(), LoggerOf(provider)));
        services.AddOptions<StartCheck>().ValidateOnStart();
        services.TryAddSingleton(provider => new WebSoEventSerializers(provider.GetRequiredService<IOptionsMonitor<EndpointRegistrations>>()));
        services.TryAddSingleton<IOptionsFactory<WebSoEventsOptions>>(provider => new WebSoEventsOptionsFactory(
            provider.GetServices<IConfigureOptions<WebSoEventsOptions>>(),
            provider.GetServices<IPostConfigureOptions<WebSoEventsOptions>>(),
            provider.GetServices<IValidateOptions<WebSoEventsOptions>>(),
            LoggerOf(provider)));
        services.TryAddSingleton(provider => new WebSoCallbackUrls(
            provider.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<WebSoEventsOptions>, WebSoEventsOptionsBinder>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebSoEventsOptions>, WebSoEventsOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebSoEventsOptions>, FilterValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EndpointRegistrations>, EndpointRegistrationsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StartCheck>, StartCheck.Validator>());
    }

    private static ILogger LoggerOf(IServiceProvider provider) => SafeLogger.Of<WebSoEventReceiver>(provider);
}
