namespace WebSo.Events.Handling;

internal sealed class DelegateHandlerRegistration<TEvent>(string name, Func<TEvent, WebSoEventContext, CancellationToken, ValueTask> handler)
    : HandlerRegistration(name)
    where TEvent : WebSoEvent
{
    public override bool CanHandle(WebSoEvent e) => e is TEvent;

    public override ValueTask HandleAsync(IServiceProvider services, WebSoEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        handler((TEvent)e, context, cancellationToken);
}
