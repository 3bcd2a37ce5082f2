namespace WebSo.Events;

internal sealed class AppendOperation(WebSoInboxAppend delivery) : AwaitedOperation<WebSoInboxAppendResult>
{
    public WebSoInboxAppend Delivery { get; } = delivery;

    public long QueueKey { get; } = WebSo.Events.QueueKey.Of(delivery);

    public Guid? RepeatKey { get; } = delivery.RepeatKey.Length == WebSoInboxAppend.RepeatKeyLength
        ? new Guid(delivery.RepeatKey.Span, bigEndian: true)
        : null;

    public override int Bytes => Delivery.Context.Body.Length + 512;
}
