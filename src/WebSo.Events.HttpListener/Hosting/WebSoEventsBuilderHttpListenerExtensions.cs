using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WebSo.Events;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Receives the events of an endpoint with HttpListener, without ASP.NET Core.</summary>
public static class WebSoEventsBuilderHttpListenerExtensions
{
    /// <summary>
    /// Listens for calls of the endpoint while the host runs. Call this method again to listen on a second prefix.
    /// </summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="prefix">
    /// The URL prefix, for example <c>http://localhost:8085/webso/events/</c>, with a slash at the end. A call to any path below it is
    /// received if its Host header names the host of the prefix; the host <c>+</c> matches every name. The path of a document's
    /// CallbackUrl can therefore contain an ID. On Windows, every host except localhost needs a URL reservation
    /// (<c>netsh http add urlacl</c>). <c>https://</c> is supported only on Windows.
    /// </param>
    /// <param name="configure">Sets other options of the listener, or null to keep the defaults.</param>
    /// <remarks>
    /// Hosted services start in the order in which they were added, so add the listener after an inbox. The start of the host fails with
    /// <see cref="IOException"/> if HttpListener refuses the prefix. It fails with <see cref="OptionsValidationException"/> if the
    /// endpoint has no guard and the environment is not Development (see <see cref="WebSoEventsOptions.AllowAnonymousCalls"/>). The
    /// environment comes from the host, or from the variable <c>DOTNET_ENVIRONMENT</c> if there is no host, and is <c>Production</c> if neither
    /// sets it.
    /// </remarks>
    /// <example>
    /// <code>
    /// services.AddWebSoEvents(options => options.RequireHeader("X-Webso-Key", key))
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
        var receivers = provider.GetRequiredService<EventReceiverProvider>();
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
