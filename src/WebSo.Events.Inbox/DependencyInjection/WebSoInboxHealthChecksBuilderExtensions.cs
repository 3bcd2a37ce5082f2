using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WebSo.Events;
using WebSo.Events.Handling;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health of an inbox to the health checks of an application.</summary>
public static class WebSoInboxHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check that is unhealthy if the inbox can't be written, its disk has less than <c>MinFreeSpace</c>, the process is stopping, or
    /// guards of an earlier configuration are in force. It is degraded on dead letters, on documents held by one, on handlers that ignore
    /// their token, on an old backlog, and from 80 % of a bound.
    /// </summary>
    /// <param name="builder">The health checks of the application.</param>
    /// <param name="endpointName">The name given to <c>AddWebSoEvents</c>. Not set: the default endpoint.</param>
    /// <param name="configure">Sets thresholds. Not set: the defaults.</param>
    /// <param name="name">The name of the check. Not set: <c>webso_inbox</c>, and <c>_ENDPOINT</c> behind it where the endpoint has a name.</param>
    /// <param name="failureStatus">What is reported instead of unhealthy. Not set: unhealthy.</param>
    /// <param name="tags">The tags. Not set: <c>ready</c>.</param>
    /// <remarks>
    /// The host does not start if the endpoint has no inbox. Use it as a check of readiness, not of liveness, which would restart a process
    /// whose disk is full, or that is stopping.
    /// Each check writes and flushes once, so keep its URL from strangers.
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
        Action<WebSoInboxHealthOptions>? configure = null,
        string? name = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(endpointName);

        var services = builder.Services;
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<WebSoInboxHealthOptions>, WebSoInboxHealthOptionsSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebSoInboxHealthOptions>, WebSoInboxHealthOptionsSetup>());
        services.TryAddSingleton(provider => new EndpointSections(provider));
        services.AddSingleton(new ReservedKey(endpointName, WebSoInboxOptionsBinder.Section, WebSoInboxOptionsBinder.HealthSection));
        services.AddOptions<WebSoInboxHealthOptions>(endpointName).ValidateOnStart();
        if (configure is not null)
            services.Configure(endpointName, configure);
        return builder.Add(new HealthCheckRegistration(
            name ?? (endpointName.Length == 0 ? "webso_inbox" : $"webso_inbox_{endpointName}"),
            provider => Create(provider, endpointName),
            failureStatus,
            tags ?? ["ready"]));
    }

    private static InboxHealthCheck Create(IServiceProvider services, string endpointName)
    {
        var options = services.GetRequiredService<IOptionsMonitor<WebSoInboxHealthOptions>>();
        return new InboxHealthCheck(
            services.GetRequiredKeyedService<InboxEndpoint>(endpointName),
            services.GetRequiredKeyedService<InboxBounds>(endpointName),
            services.GetRequiredService<EventReceiverProvider>().Get(endpointName),
            () => options.Get(endpointName),
            services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None);
    }
}
