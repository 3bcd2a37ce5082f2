using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WebSo.Events;
using WebSo.Events.Handling;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Tells an application of the dead letters of an inbox.</summary>
public static class WebSoEventsInboxExtensions
{
    /// <summary>
    /// Calls a delegate for each event that becomes a dead letter, for example to send a mail. At least once: it is called again until it has
    /// returned without an exception, also after a restart, and again when a replay ends as a dead letter.
    /// </summary>
    /// <param name="builder">The endpoint. It needs an inbox.</param>
    /// <param name="onDeadLetter">
    /// The delegate: gets the dead letter, the services of a scope of its own, and a token that is canceled when the process stops or after
    /// <see cref="WebSoEventsOptions.HandlerTimeout"/>.
    /// </param>
    /// <remarks>
    /// It is called after the commit, one call at a time, and delays no handler. One that throws is called again within two minutes, then less
    /// often, at least every 15 minutes. It can be called twice for the same dead letter: recognize that by <c>Entry.DeliveryId</c> and
    /// <c>Entry.SettledAt</c>. Dead letters of the time before the delegate was added are among those that it is called for, at most 100 a
    /// minute. The start fails without an inbox, with <see cref="WebSoInboxOptions.ReceiveOnly"/>, and when it is called twice for an endpoint.
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
        builder.Services.AddOptions<DeadLetterHook>(name)
            .Configure(hook => hook.Call = hook.Call is null
                ? onDeadLetter
                : throw new InvalidOperationException($"OnDeadLetter was called twice for {label}. Call it once, with a delegate that does both."))
            .Validate<IServiceProvider>(
                (_, services) => services.GetKeyedService<EndpointRole>(name) is not null,
                $"OnDeadLetter was called for {label}, which has no inbox, and so no dead letters. Add one, as UseSqliteInbox(\"events.db\"), or remove the call.")
            .Validate<IServiceProvider>(
                (_, services) => services.GetKeyedService<EndpointRole>(name) is not { Handles: false },
                $"OnDeadLetter was called for {label}, whose inbox has ReceiveOnly, so it would never be called. Move it to the process that handles.")
            .ValidateOnStart();
        return builder;
    }

    // What UseSqliteInbox and UsePostgreSqlInbox build on.
    internal static IWebSoEventsBuilder UseInbox(
        this IWebSoEventsBuilder builder,
        Func<IServiceProvider, InboxEngine> getEngine,
        Action<WebSoInboxOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var (name, services) = (builder.Name, builder.Services);
        if (services.Any(service => service.ServiceType == typeof(InboxEndpoint) && Equals(service.ServiceKey, name)))
            throw new InvalidOperationException($"An inbox was added twice for {new EndpointLabel(name)}, and an endpoint can have only one. Remove one of the calls.");

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
            // Their own validation reports it, and the host does not start.
            return EndpointRole.Both;
        }
    }

    private static EngineInbox InboxOf(InboxEndpoint endpoint) =>
        new(endpoint.Engine, endpoint.Name, endpoint.Read) { CountStuckHandlers = () => endpoint.StuckHandlers };
}
