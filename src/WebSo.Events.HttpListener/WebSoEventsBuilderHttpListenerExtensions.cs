using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WebSo.Events;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Receives the events of an endpoint by HttpListener, without ASP.NET Core.</summary>
public static class WebSoEventsBuilderHttpListenerExtensions
{
    /// <summary>
    /// Listens for the events of the endpoint as long as the host runs. Called twice, the endpoint listens on both prefixes.
    /// </summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="prefix">
    /// The URL, with a slash at its end: <c>http://localhost:8085/webso/events/</c>; <c>+</c> as host takes every name of the machine.
    /// A call to any path below it is received, so a document's own CallbackUrl can carry an ID in its path. On Windows all but
    /// localhost needs a URL reservation: <c>netsh http add urlacl</c>.
    /// </param>
    /// <param name="configure">Sets options. Not set: none.</param>
    /// <remarks>
    /// Hosted services start in the order in which they were added: add the listener after an inbox. The start of the host fails with
    /// <see cref="WebSoListenerException"/> where the URL is taken, or may not be listened on, and with
    /// <see cref="OptionsValidationException"/> where the endpoint has no guard outside the environment Development
    /// (see <see cref="WebSoEventsOptions.AllowAnonymousCalls"/>). The environment is that of the host, else the variable
    /// <c>DOTNET_ENVIRONMENT</c>, else <c>Production</c>.
    /// </remarks>
    /// <example>
    /// <code>
    /// services.AddWebSoEvents()
    ///     .AddHandler&lt;StatusChangeEvent, ArchiveFinishedDocument&gt;()
    ///     .AddHttpListener("http://localhost:8085/webso/events/");
    /// </code>
    /// </example>
    public static IWebSoEventsBuilder AddHttpListener(
        this IWebSoEventsBuilder builder,
        string prefix,
        Action<WebSoListenerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(prefix);

        var (name, services) = (builder.Name, builder.Services);
        if (services.All(service => service.ServiceType != typeof(ListenerService) || !Equals(service.ServiceKey, name)))
        {
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebSoListenerOptions>, WebSoListenerOptionsValidator>());
            services.AddOptions<WebSoListenerOptions>(name).ValidateOnStart();
            services.AddKeyedSingleton(name, (provider, _) => CreateListener(provider, name));
            services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<ListenerService>(name));
        }

        services.Configure<WebSoListenerOptions>(name, options =>
        {
            if (!options.Prefixes.Contains(prefix))
                options.Prefixes.Add(prefix);
        });
        if (configure is not null)
            services.Configure(name, configure);
        return builder;
    }

    private static ListenerService CreateListener(IServiceProvider provider, string name)
    {
        var receivers = provider.GetRequiredService<WebSoEventReceivers>();
        var options = provider.GetRequiredService<IOptionsMonitor<WebSoListenerOptions>>().Get(name);
        var entryPoint = new ListenerEntryPoint(receivers.Get(name), options.Prefixes, provider.GetService<IHostEnvironment>()?.EnvironmentName);
        receivers.Add(entryPoint);
        return new ListenerService(
            entryPoint.Receiver,
            options,
            entryPoint,
            provider.GetRequiredService<TimeProvider>(),
            SafeLogger.Of<WebSoEventListener>(provider));
    }
}
