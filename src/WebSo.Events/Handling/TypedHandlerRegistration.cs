using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace WebSo.Events.Handling;

internal sealed class TypedHandlerRegistration<
    TEvent,
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(IServiceCollection services)
    : HandlerRegistration($"{typeof(THandler)}:{typeof(TEvent).Name}")
    where TEvent : WebSoEvent
    where THandler : class, IWebSoEventHandler<TEvent>
{
    public override bool CanHandle(WebSoEvent e) => e is TEvent;

    public override ValueTask HandleAsync(IServiceProvider services, WebSoEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        services.GetRequiredService<THandler>().HandleAsync((TEvent)e, context, cancellationToken);

    public override string? FindProblem(IServiceProviderIsService known)
    {
        // The constructor of a handler that the application registered as a factory or an instance does not matter.
        if (services.LastOrDefault(service => service.ServiceType == typeof(THandler))?.ImplementationType != typeof(THandler))
            return null;

        var constructors = typeof(THandler).GetConstructors();
        if (constructors.Length == 0)
            return $"The handler {typeof(THandler)} is abstract or has no public constructor. Add a public constructor, or register the handler with a factory.";

        var missing = constructors.Select(constructor => FindMissing(constructor, known)).ToList();
        return missing.Contains(null)
            ? null
            : $"The handler {typeof(THandler)} needs {missing[0]}, which is not registered as a service. Register it, for example with services.AddScoped<...>().";
    }

    private static Type? FindMissing(ConstructorInfo constructor, IServiceProviderIsService known) => constructor.GetParameters()
        .Where(parameter => !parameter.HasDefaultValue && !IsKnown(parameter, known))
        .Select(parameter => parameter.ParameterType)
        .FirstOrDefault();

    private static bool IsKnown(ParameterInfo parameter, IServiceProviderIsService known) =>
        parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed
            ? known is not IServiceProviderIsKeyedService byKey || byKey.IsKeyedService(parameter.ParameterType, keyed.Key)
            : known.IsService(parameter.ParameterType);
}
