using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebSo.Events;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gives an endpoint an inbox on any store.</summary>
public static class WebSoEventsInboxExtensions
{
    /// <summary>
    /// Stores each event before it is answered with 200, and handles it from the store until it succeeds. What packages of a store build
    /// on, as <c>UseSqliteInbox</c>.
    /// </summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="createStore">Gives the store, when it is needed first. Whoever made it disposes it, after the host has stopped.</param>
    /// <param name="configure">Sets options. Not set: none.</param>
    /// <exception cref="InvalidOperationException">The endpoint has an inbox already.</exception>
    /// <remarks>
    /// The store is opened, and handling begins, with the host's hosted services. A program without a host starts those itself:
    /// <c>IHostedService</c>.
    /// </remarks>
    public static IWebSoEventsBuilder UseInbox(
        this IWebSoEventsBuilder builder,
        Func<IServiceProvider, IWebSoInboxStore> createStore,
        Action<WebSoInboxOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(createStore);

        var (name, services) = (builder.Name, builder.Services);
        if (services.Any(service => service.ServiceType == typeof(InboxEndpoint) && Equals(service.ServiceKey, name)))
            throw new InvalidOperationException($"The endpoint '{name}' has an inbox already: an endpoint has one.");

        services.AddKeyedSingleton(name, (provider, _) => new InboxEndpoint(name, createStore(provider), provider));
        services.AddKeyedSingleton<IWebSoEventSink>(name, (provider, _) => Endpoint(provider).CreateSink());
        services.AddKeyedSingleton(name, (provider, _) => Endpoint(provider).CreateStatus());
        services.AddKeyedSingleton<IWebSoInbox>(name, (provider, _) => Endpoint(provider).CreateInbox());
        if (name.Length == 0)
            services.AddSingleton(provider => provider.GetRequiredKeyedService<IWebSoInbox>(name));
        services.TryAddSingleton(provider => new InboxMetrics(provider.GetRequiredService<WebSoEventsDiagnostics>().Meter));
        services.AddSingleton<IHostedService>(provider => Endpoint(provider).CreateHostedService());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<WebSoInboxOptions>, WebSoInboxOptionsBinder>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebSoInboxOptions>, WebSoInboxOptionsValidator>());
        services.AddSingleton(new OwnedKey(name, "", WebSoInboxOptionsBinder.Section));
        services.AddOptions<WebSoInboxOptions>(name).ValidateOnStart();
        if (configure is not null)
            services.Configure(name, configure);
        return builder;

        InboxEndpoint Endpoint(IServiceProvider provider) => provider.GetRequiredKeyedService<InboxEndpoint>(name);
    }

    // What the parts of one endpoint's inbox share. It does not own the store.
    private sealed class InboxEndpoint(string name, IWebSoInboxStore store, IServiceProvider services) : IDisposable
    {
        private readonly ILogger _logger = LoggerOf(services);
        private readonly UnhandledBound _unhandled = new(
            name, store, services.GetRequiredService<IOptionsMonitor<WebSoInboxOptions>>(), services.GetRequiredService<TimeProvider>(), LoggerOf(services));

        public InboxEventSink CreateSink() => new InboxEventSink(
            name, store, _unhandled, Get<IWebSoEventDispatcher>(), Get<IOptionsMonitor<WebSoInboxOptions>>(), Get<IOptionsMonitor<WebSoEventsOptions>>(),
            Get<WebSoEventsDiagnostics>(), Get<InboxMetrics>(), Get<TimeProvider>(), _logger);

        public EndpointInbox CreateInbox() => new EndpointInbox(name, store, services.GetRequiredKeyedService<InboxStatus>(name));

        public InboxStatus CreateStatus() => new InboxStatus(name, store, Get<TimeProvider>());

        public InboxHostedService CreateHostedService()
        {
            var (options, time) = (Get<IOptionsMonitor<WebSoInboxOptions>>(), Get<TimeProvider>());
            var handler = new ClaimHandler(name, store, Get<IWebSoEventDispatcher>(), Serializer, options, Get<WebSoEventsDiagnostics>(), Get<InboxMetrics>(), time, _logger);
            var worker = new InboxWorker(name, store, handler, options, Get<IOptionsMonitor<WebSoEventsOptions>>(), time, _logger);
            var status = services.GetRequiredKeyedService<InboxStatus>(name);
            status.Worker = worker;
            Get<InboxMetrics>().Gauges.Add(status);
            return new InboxHostedService(store, worker, new RetentionLoop(name, store, _unhandled, options, time, _logger));
        }

        public void Dispose() => _unhandled.Dispose();

        private WebSoEventSerializer Serializer => Get<WebSoEventSerializers>().Get(name);

        private T Get<T>()
            where T : notnull => services.GetRequiredService<T>();

        private static ILogger LoggerOf(IServiceProvider services) => SafeLogger.Of<IWebSoInbox>(services);
    }
}
