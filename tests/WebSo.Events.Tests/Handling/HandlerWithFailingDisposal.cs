namespace WebSo.Events.Tests;

internal sealed class HandlerWithFailingDisposal(FailingDisposal service) : IWebSoEventHandler<StatusChangeEvent>
{
    public ValueTask HandleAsync(StatusChangeEvent e, WebSoEventContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(service);
        return default;
    }
}
