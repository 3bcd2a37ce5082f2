namespace WebSo.Events.Engine;

internal sealed class AppendOperation(NewDelivery delivery) : WriteOperation<AppendResult>
{
    // What a delivery takes beside its body, about.
    private const int Overhead = 512;

    public NewDelivery Delivery => delivery;

    public override int Bytes => delivery.Context.Body.Length + Overhead;
}
