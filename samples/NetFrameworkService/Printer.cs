using WebSo.Events;

namespace NetFrameworkService;

internal sealed class Printer :
    IWebSoEventHandler<StatusChangeEvent>,
    IWebSoEventHandler<UserFinishEvent>,
    IWebSoEventHandler<FieldSignedOrRejectedEvent>,
    IWebSoEventHandler<RenderReturnEvent>
{
    public ValueTask HandleAsync(StatusChangeEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        Print(e, $"{e.From} -> {e.To}");

    public ValueTask HandleAsync(UserFinishEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        Print(e, $"user {e.UserId} signed {e.FieldsSigned} fields");

    public ValueTask HandleAsync(FieldSignedOrRejectedEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        Print(e, $"field {e.FieldId} {e.FieldStatus} by user {e.UserId}");

    // What a handler throws is answered with 500, so the server repeats the event, if its webso_events_retry says so. With an inbox it is
    // answered with 200 nevertheless, and the inbox tries again; the delivery ID finds it there.
    public ValueTask HandleAsync(RenderReturnEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        e.Status == RenderStatus.Error
            ? throw new InvalidOperationException($"Document {e.DocumentId} could not be rendered (delivery {context.DeliveryId}).")
            : Print(e, $"rendering {e.Status}");

    private static ValueTask Print(WebSoEvent e, string details)
    {
        Console.WriteLine($"{e.EventName} document {e.DocumentId}: {details}");
        return default;
    }
}
