namespace WebSo.Events.Tests;

internal sealed class StatusHandler(Journal journal) : IWebSoEventHandler<StatusChangeEvent>
{
    public ValueTask HandleAsync(StatusChangeEvent e, WebSoEventContext context, CancellationToken cancellationToken) => journal.Add(nameof(StatusHandler));
}
