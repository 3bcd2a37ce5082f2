namespace WebSo.Events.Tests;

internal sealed class ScopedHandler(Journal journal, ScopedService service) : IWebSoEventHandler<StatusChangeEvent>
{
    public ValueTask HandleAsync(StatusChangeEvent e, WebSoEventContext context, CancellationToken cancellationToken) => journal.Add($"first {service.Number}");
}
