using Microsoft.Extensions.DependencyInjection;

namespace WebSo.Events.Tests;

internal static class HearExtensions
{
    // A handler of everything.
    public static IWebSoEventsBuilder Hear(this IWebSoEventsBuilder builder, Action<WebSoEventContext> hear) =>
        builder.AddHandler<WebSoEvent>("hear", (_, context, _) =>
        {
            hear(context);
            return default;
        });
}
