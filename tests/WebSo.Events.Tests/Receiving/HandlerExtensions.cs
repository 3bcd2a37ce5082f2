using Microsoft.Extensions.DependencyInjection;

namespace WebSo.Events.Tests;

internal static class HandlerExtensions
{
    // Adds a handler of all events.
    public static IWebSoEventsBuilder OnEvent(this IWebSoEventsBuilder builder, Action<WebSoEventContext> handle) =>
        builder.AddHandler<WebSoEvent>("test", (_, context, _) =>
        {
            handle(context);
            return default;
        });
}
