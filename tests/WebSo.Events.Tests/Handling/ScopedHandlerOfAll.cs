namespace WebSo.Events.Tests;

internal sealed class ScopedHandlerOfAll(Journal journal, ScopedService service) : IWebSoEventHandler<WebSoEvent>
{
    public ValueTask HandleAsync(WebSoEvent e, WebSoEventContext context, CancellationToken cancellationToken) => journal.Add($"second {service.Number}");
}
