using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WebSo.Events;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds features of an inbox to an application: a callback for dead letters, and a health check.</summary>
public static class WebSoEventsInboxExtensions
{
    /// <summary>
    /// Calls a delegate for each event that becomes a dead letter, for example to send an email. Calls are made at least once: the delegate
    /// is called again until it returns without an exception, also after a restart. It is called again if a replay ends as a dead letter.
    /// </summary>
    /// <param name="builder">The endpoint. It needs an inbox.</param>
    /// <param name="onDeadLetter">
    /// The delegate. It gets the dead letter, the services of a new scope, and a token that is canceled after
    /// <see cref="WebSoEventsOptions.HandlerTimeout"/> or when the process stops.
    /// </param>
    /// <returns>The endpoint, for further calls.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>
    /// The delegate is called after the dead letter is committed, one call at a time, and does not delay handlers. After an exception it is
    /// called again within two minutes, then less often, at least every 15 minutes. It can be called twice for the same dead letter; to
    /// recognize that, compare <c>Entry.DeliveryId</c> and <c>Entry.EndedAt</c>. Dead letters that existed before the delegate was added are
    /// included, at most 100 per minute. The host does not start if the endpoint has no inbox, if
    /// <see cref="WebSoInboxOptions.ReceiveOnly"/> is true, or if this method is called twice for an endpoint.
    /// </remarks>
    /// <example>
    /// <code>
    /// builder.Services.AddWebSoEvents()
    ///     .UseSqliteInbox("events.db")
    ///     .OnDeadLetter(async (deadLetter, services, cancellationToken) => await services.GetRequiredService&lt;IAlerts&gt;()
    ///         .SendAsync($"{deadLetter.Entry.EventName} of {deadLetter.Entry.DocumentId}: {deadLetter.Entry.LastError}", cancellationToken));
    /// </code>
    /// </example>
    public static IWebSoEventsBuilder OnDeadLetter(
        this IWebSoEventsBuilder builder, Func<WebSoInboxDetails, IServiceProvider, CancellationToken, ValueTask> onDeadLetter)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(onDeadLetter);

        var (name, label) = (builder.Name, new EndpointLabel(builder.Name).ToString());
        builder.Services.AddOptions<DeadLetterCallback>(name)
            .Configure(callback => callback.Call = callback.Call is null
                ? onDeadLetter
                : throw new InvalidOperationException($"OnDeadLetter was called twice for {label}. Call it once, with a delegate that does both."))
            .Validate<IServiceProvider>(
                (_, services) => services.GetKeyedService<EndpointRole>(name) is not null,
                $"OnDeadLetter was called for {label}, which has no inbox and therefore no dead letters. Add an inbox, for example UseSqliteInbox(\"events.db\"), or remove the call.")
            .Validate<IServiceProvider>(
                (_, services) => services.GetKeyedService<EndpointRole>(name) is not { Handles: false },
                $"OnDeadLetter was called for {label}, whose inbox has ReceiveOnly, so the delegate would never be called. Move the call to the process that handles.")
            .ValidateOnStart();
        return builder;
    }

    /// <summary>Adds a health check for an inbox.</summary>
    /// <param name="builder">The health checks of the application.</param>
    /// <param name="endpointName">The name given to <c>AddWebSoEvents</c>. Default: empty, the default endpoint.</param>
    /// <param name="name">
    /// The name of the check. Default: <c>webso_inbox</c>, or <c>webso_inbox_NAME</c> for an endpoint with a name.
    /// </param>
    /// <param name="failureStatus">The status to report instead of Unhealthy. Default: Unhealthy.</param>
    /// <param name="tags">The tags of the check. Default: <c>ready</c>.</param>
    /// <returns>The health checks, for further calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="endpointName"/> is null.</exception>
    /// <remarks>
    /// <para>
    /// The check is Unhealthy if the inbox can't be written, its disk has less than <c>MinFreeSpace</c>, the process is stopping, or guards of
    /// an earlier configuration are in force. It is Degraded if there are dead letters, documents held by a dead letter, handlers that ignore
    /// their token, or an old backlog, and when 80 % of a bound is reached. The <c>Health</c> properties of <see cref="WebSoInboxOptions"/>
    /// set the thresholds.
    /// </para>
    /// <para>
    /// The host does not start if the endpoint has no inbox. Use the check for readiness, not for liveness: a liveness check would restart a
    /// process whose disk is full or that is stopping. Each check writes to the disk, so don't expose its URL to the public.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// builder.Services.AddHealthChecks().AddWebSoInbox();
    /// app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
    /// </code>
    /// </example>
    public static IHealthChecksBuilder AddWebSoInbox(
        this IHealthChecksBuilder builder,
        string endpointName = "",
        string? name = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(endpointName);

        var endpoint = new EndpointLabel(endpointName);
        builder.Services.AddOptions<WebSoInboxOptions>(endpointName)
            .Validate<IServiceProvider>(
                (_, services) => services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(InboxEndpoint), endpointName) != false,
                $"AddWebSoInbox was called, but {endpoint} has no inbox. Add one, for example services.AddWebSoEvents({endpoint.Argument}).UseSqliteInbox(\"events.db\"), or remove the health check.")
            .ValidateOnStart();
        return builder.Add(new HealthCheckRegistration(
            name ?? (endpointName.Length == 0 ? "webso_inbox" : $"webso_inbox_{endpointName}"),
            provider => CreateHealthCheck(provider, endpointName),
            failureStatus,
            tags ?? ["ready"]));
    }

    // The common part of UseSqliteInbox and UsePostgreSqlInbox.
    internal static IWebSoEventsBuilder UseInbox(
        this IWebSoEventsBuilder builder,
        Func<IServiceProvider, InboxEngine> getEngine,
        Action<WebSoInboxOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var (name, services) = (builder.Name, builder.Services);
        if (services.Any(service => service.ServiceType == typeof(InboxEndpoint) && Equals(service.ServiceKey, name)))
            throw new InvalidOperationException($"An inbox was added twice for {new EndpointLabel(name)}, but an endpoint can have only one. Remove one of the calls.");

        services.TryAddSingleton<InboxEngines>();
        services.AddKeyedSingleton(name, (provider, _) => new InboxEndpoint(provider.GetRequiredKeyedService<Endpoint>(name), getEngine(provider), provider));
        AddServices(services, name);
        if (name.Length == 0)
            services.AddSingleton(provider => provider.GetRequiredKeyedService<IWebSoInbox>(name));
        services.TryAddSingleton(provider => new InboxMetrics(provider.GetRequiredService<DiagnosticSources>().Meter));
        services.TryAddSingleton(provider => new InboxGauges(provider.GetRequiredService<DiagnosticSources>().Meter));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<WebSoInboxOptions>, WebSoInboxOptionsBinder>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebSoInboxOptions>, WebSoInboxOptionsValidator>());
        services.AddSingleton(new ReservedKey(name, "", WebSoInboxOptionsBinder.Section));
        services.AddOptions<WebSoInboxOptions>(name).ValidateOnStart();
        if (configure is not null)
            services.Configure(name, configure);
        return builder;
    }

    private static void AddServices(IServiceCollection services, string name)
    {
        services.AddKeyedSingleton(name, (provider, _) => RoleOf(provider, name));
        services.AddKeyedSingleton(name, (provider, _) => new InboxBounds(EndpointOf(provider)));
        services.AddKeyedSingleton<IEventSink>(name, (provider, _) => new InboxEventSink(EndpointOf(provider), provider.GetRequiredKeyedService<InboxBounds>(name)));
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
            // The options validation reports the error and stops the start.
            return EndpointRole.Both;
        }
    }

    private static InboxHealthCheck CreateHealthCheck(IServiceProvider services, string endpointName) => new(
        services.GetRequiredKeyedService<InboxEndpoint>(endpointName),
        services.GetRequiredKeyedService<InboxBounds>(endpointName),
        services.GetRequiredService<EventReceiverProvider>().Get(endpointName),
        services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None);

    private static WebSoInbox InboxOf(InboxEndpoint endpoint) =>
        new(endpoint.Engine, endpoint.Name, endpoint.Read) { CountStuckHandlers = () => endpoint.StuckHandlers };
}
