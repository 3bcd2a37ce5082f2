using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WebSo.Events;
using WebSo.Events.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds endpoints that receive WebSignatureOffice events, and adds handlers and event types to endpoints.</summary>
public static class WebSoEventsExtensions
{
    /// <summary>
    /// Adds the default endpoint. Its options are read from the configuration section <c>WebSoEvents</c> and then set in code.
    /// </summary>
    /// <param name="services">The service collection of the application.</param>
    /// <param name="configure">Sets options. It runs again on each configuration reload.</param>
    /// <returns>The builder of the endpoint. A second call configures the same endpoint.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <example>
    /// <code>
    /// builder.Services.AddWebSoEvents()
    ///     .AddHandler&lt;StatusChangeEvent, ArchiveFinishedDocument&gt;();
    /// </code>
    /// </example>
    public static IWebSoEventsBuilder AddWebSoEvents(this IServiceCollection services, Action<WebSoEventsOptions>? configure = null) =>
        services.AddWebSoEvents(EndpointServices.DefaultName, configure);

    /// <summary>
    /// Adds a named endpoint with its own options, handlers and inbox, for example one for a test server and one for a production server.
    /// Its options are read from the configuration section <c>WebSoEvents:Endpoints:NAME</c> and then set in code.
    /// </summary>
    /// <param name="services">The service collection of the application.</param>
    /// <param name="name">The name of the endpoint, as passed to <c>MapWebSoEvents</c>. It is case-sensitive.</param>
    /// <param name="configure">Sets options. It runs again on each configuration reload.</param>
    public static IWebSoEventsBuilder AddWebSoEvents(this IServiceCollection services, string name, Action<WebSoEventsOptions>? configure = null) =>
        EndpointServices.Add(services, name, section: null, configure);

    /// <summary>
    /// Adds the default endpoint with another configuration section than <c>WebSoEvents</c>. The section has the same keys, including those
    /// of an inbox. Use this method instead of <c>services.Configure</c>, which reads some keys differently.
    /// </summary>
    /// <param name="services">The service collection of the application.</param>
    /// <param name="section">The configuration section. The host does not start if it does not exist or is empty.</param>
    /// <param name="configure">Sets options. It runs again on each configuration reload.</param>
    /// <exception cref="InvalidOperationException">The endpoint was already added with another section.</exception>
    /// <example><code>builder.Services.AddWebSoEvents(builder.Configuration.GetSection("Webhooks"));</code></example>
    public static IWebSoEventsBuilder AddWebSoEvents(
        this IServiceCollection services,
        IConfigurationSection section,
        Action<WebSoEventsOptions>? configure = null) => services.AddWebSoEvents(EndpointServices.DefaultName, section, configure);

    /// <summary>
    /// Adds a named endpoint with another configuration section than <c>WebSoEvents:Endpoints:NAME</c>.
    /// </summary>
    /// <param name="services">The service collection of the application.</param>
    /// <param name="name">The name of the endpoint, as passed to <c>MapWebSoEvents</c>. It is case-sensitive.</param>
    /// <param name="section">The configuration section. The host does not start if it does not exist or is empty.</param>
    /// <param name="configure">Sets options. It runs again on each configuration reload.</param>
    /// <exception cref="InvalidOperationException">The endpoint was already added with another section.</exception>
    public static IWebSoEventsBuilder AddWebSoEvents(
        this IServiceCollection services,
        string name,
        IConfigurationSection section,
        Action<WebSoEventsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        return EndpointServices.Add(services, name, section, configure);
    }

    /// <summary>
    /// Adds a handler. The handlers of an event run one after the other, in order of registration, in one dependency injection scope. The
    /// handler is registered as a scoped service unless it is already registered. A handler that is added twice runs once.
    /// </summary>
    /// <typeparam name="TEvent">The type of event to handle, or <see cref="WebSoEvent"/> for all events.</typeparam>
    /// <typeparam name="THandler">The type of the handler.</typeparam>
    /// <param name="builder">The builder of the endpoint.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <example><code>builder.Services.AddWebSoEvents().AddHandler&lt;StatusChangeEvent, ArchiveFinishedDocument&gt;();</code></example>
    public static IWebSoEventsBuilder AddHandler<
        TEvent,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(this IWebSoEventsBuilder builder)
        where TEvent : WebSoEvent
        where THandler : class, IWebSoEventHandler<TEvent>
    {
        ArgumentNullException.ThrowIfNull(builder);

        builder.Services.TryAddScoped<THandler>();
        var registration = new TypedHandlerRegistration<TEvent, THandler>(builder.Services);
        builder.Services.Configure<EndpointRegistrations>(builder.Name, endpoint =>
        {
            if (!endpoint.Handlers.Exists(other => other.GetType() == registration.GetType()))
                endpoint.Handlers.Add(registration);
        });
        return builder;
    }

    /// <summary>Adds a delegate as a handler.</summary>
    /// <typeparam name="TEvent">The type of event to handle, or <see cref="WebSoEvent"/> for all events.</typeparam>
    /// <param name="builder">The builder of the endpoint.</param>
    /// <param name="name">
    /// The name of the handler, unique in the endpoint. Don't change it later: an inbox uses it to record that the handler completed.
    /// </param>
    /// <param name="handler">The delegate.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The name is null or empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="handler"/> is null.</exception>
    public static IWebSoEventsBuilder AddHandler<TEvent>(
        this IWebSoEventsBuilder builder,
        string name,
        Func<TEvent, WebSoEventContext, CancellationToken, ValueTask> handler)
        where TEvent : WebSoEvent
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(handler);
        if (string.IsNullOrEmpty(name))
            throw new ArgumentException("A delegate needs a name, so that an inbox can record that it completed. Pass a non-empty name.", nameof(name));

        var registration = new DelegateHandlerRegistration<TEvent>(name, handler);
        builder.Services.Configure<EndpointRegistrations>(builder.Name, endpoint => endpoint.Handlers.Add(registration));
        return builder;
    }

    /// <summary>Adds an undocumented event, for example one of a newer server. Handlers receive it as your own event type.</summary>
    /// <typeparam name="TEvent">Your event type, a record that derives from <see cref="WebSoEvent"/>.</typeparam>
    /// <param name="builder">The builder of the endpoint.</param>
    /// <param name="eventName">
    /// The event name that the server sends. Adding the same name and type again has no effect. The host does not start if a name is added
    /// with two types.
    /// </param>
    /// <param name="typeInfo">
    /// The JSON contract of the type, from your <c>JsonSerializerContext</c>. A JSON number or boolean is read into a string property as
    /// text, unless the property has its own converter.
    /// </param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The name is null, empty or the name of a documented event.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="typeInfo"/> is null.</exception>
    public static IWebSoEventsBuilder AddEventType<TEvent>(this IWebSoEventsBuilder builder, string eventName, JsonTypeInfo<TEvent> typeInfo)
        where TEvent : WebSoEvent
    {
        ArgumentNullException.ThrowIfNull(builder);

        // Throws here for an invalid name, instead of at the start.
        _ = WebSoEventSerializer.Default.WithEventType(eventName, typeInfo);
        builder.Services.Configure<EndpointRegistrations>(
            builder.Name,
            endpoint => endpoint.EventTypes.Add(serializer => serializer.WithEventType(eventName, typeInfo)));
        return builder;
    }
}
