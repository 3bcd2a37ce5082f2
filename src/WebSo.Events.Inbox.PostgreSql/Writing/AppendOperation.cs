namespace WebSo.Events;

internal sealed class AppendOperation(WebSoInboxAppend delivery) : AwaitedOperation<WebSoInboxAppendResult>
{
    public WebSoInboxAppend Delivery { get; } = delivery;

    public long QueueKey { get; } = WebSo.Events.QueueKey.Of(delivery);

    public Guid? RepeatKey { get; } = delivery.RepeatKey.Length == WebSoInboxAppend.RepeatKeyLength
        ? new Guid(delivery.RepeatKey.Span, bigEndian: true)
        : null;

    // Whether there was something that it could repeat when it was to be written.
    public bool MayRepeat { get; set; }

    public override int Bytes => Delivery.Context.Body.Length + 512;
}
