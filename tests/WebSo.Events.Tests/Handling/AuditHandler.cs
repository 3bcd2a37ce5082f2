namespace WebSo.Events.Tests;

internal sealed class AuditHandler(Journal journal) : IWebSoEventHandler<WebSoEvent>
{
    public ValueTask HandleAsync(WebSoEvent e, WebSoEventContext context, CancellationToken cancellationToken) => journal.Add(e.EventName);
}
