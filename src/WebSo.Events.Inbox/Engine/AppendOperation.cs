namespace WebSo.Events.Inbox.Engine;

internal sealed class AppendOperation(NewDelivery delivery) : WriteOperation<AppendResult>
{
    // The approximate size of a delivery in addition to its body.
    private const int Overhead = 512;

    public NewDelivery Delivery => delivery;

    public override int Bytes => delivery.Context.Body.Length + Overhead;
}
