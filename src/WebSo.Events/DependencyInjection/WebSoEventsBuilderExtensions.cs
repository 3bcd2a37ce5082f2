using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WebSo.Events;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds handlers and event types to an endpoint.</summary>
public static class WebSoEventsBuilderExtensions
{
    /// <summary>
    /// Adds a handler. Handlers of one event are called one after the other, in order of registration, within one scope.
    /// A handler that is not registered as a service becomes a scoped one. Added twice, it is called once.
    /// </summary>
    /// <typeparam name="TEvent">What it hears; <see cref="WebSoEvent"/> for everything.</typeparam>
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
    /// <typeparam name="TEvent">What it hears; <see cref="WebSoEvent"/> for everything.</typeparam>
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
    /// <param name="typeInfo">How its properties are read, from a <c>JsonSerializerContext</c> of yours.</param>
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
