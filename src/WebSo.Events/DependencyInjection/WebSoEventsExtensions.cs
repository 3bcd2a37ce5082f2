using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WebSo.Events;
using WebSo.Events.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Receives WebSignatureOffice's events in an application: adds endpoints, and handlers and event types to them.</summary>
public static class WebSoEventsExtensions
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
        services.AddWebSoEvents(EndpointServices.DefaultName, configure);

    /// <summary>
    /// Adds one of several endpoints, so that for example a test and a production server can't mix: each has its own options, handlers
    /// and inbox. Its options come from the section <c>WebSoEvents:Endpoints:NAME</c>, then from code.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="name">The name, by which <c>MapWebSoEvents</c> refers to it; upper and lower case differ.</param>
    /// <param name="configure">Sets options; runs again when the configuration changes. Not set: none.</param>
    public static IWebSoEventsBuilder AddWebSoEvents(this IServiceCollection services, string name, Action<WebSoEventsOptions>? configure = null) =>
        EndpointServices.Add(services, name, section: null, configure);

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
        Action<WebSoEventsOptions>? configure = null) => services.AddWebSoEvents(EndpointServices.DefaultName, section, configure);

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
        return EndpointServices.Add(services, name, section, configure);
    }

    /// <summary>
    /// Adds a handler. Handlers of one event are called one after the other, in order of registration, within one scope.
    /// A handler that is not registered as a service becomes a scoped one. Added twice, it is called once.
    /// </summary>
    /// <typeparam name="TEvent">The events that it handles; <see cref="WebSoEvent"/> for all.</typeparam>
    /// <typeparam name="THandler">The handler.</typeparam>
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

    /// <summary>Adds a delegate as handler.</summary>
    /// <typeparam name="TEvent">The events that it handles; <see cref="WebSoEvent"/> for all.</typeparam>
    /// <param name="builder">The endpoint.</param>
    /// <param name="name">Its name, unique in the endpoint. Keep it: an inbox records by it that the handler completed.</param>
    /// <param name="handler">The delegate.</param>
    public static IWebSoEventsBuilder AddHandler<TEvent>(
        this IWebSoEventsBuilder builder,
        string name,
        Func<TEvent, WebSoEventContext, CancellationToken, ValueTask> handler)
        where TEvent : WebSoEvent
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(handler);
        if (string.IsNullOrEmpty(name))
            throw new ArgumentException("A delegate needs a name by which an inbox can record that it completed.", nameof(name));

        var registration = new DelegateHandlerRegistration<TEvent>(name, handler);
        builder.Services.Configure<EndpointRegistrations>(builder.Name, endpoint => endpoint.Handlers.Add(registration));
        return builder;
    }

    /// <summary>Adds an event that the documentation does not know, for example one of a future server: it reaches handlers as a type of yours.</summary>
    /// <typeparam name="TEvent">Your type, a record that derives from <see cref="WebSoEvent"/>.</typeparam>
    /// <param name="builder">The endpoint.</param>
    /// <param name="eventName">Its name on the wire. The same name and type again change nothing; with another type the start fails.</param>
    /// <param name="typeInfo">
    /// How its properties are read, from a <c>JsonSerializerContext</c> of yours. A number or a boolean is read into a property of type string
    /// as its text, unless the property has a converter of its own.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty, or that of a documented event.</exception>
    public static IWebSoEventsBuilder AddEventType<TEvent>(this IWebSoEventsBuilder builder, string eventName, JsonTypeInfo<TEvent> typeInfo)
        where TEvent : WebSoEvent
    {
        ArgumentNullException.ThrowIfNull(builder);

        // A wrong name fails here, where it stands.
        _ = WebSoEventSerializer.Default.WithEventType(eventName, typeInfo);
        builder.Services.Configure<EndpointRegistrations>(
            builder.Name,
            endpoint => endpoint.EventTypes.Add(serializer => serializer.WithEventType(eventName, typeInfo)));
        return builder;
    }
}
