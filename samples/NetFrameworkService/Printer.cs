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

    // If a handler throws, the response is 500, and the server retries if webso_events_retry is set. With an inbox, the response is 200 and the
    // inbox retries. The delivery ID identifies the event in the inbox.
    public ValueTask HandleAsync(RenderReturnEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        e.Status == RenderStatus.Error
            ? throw new InvalidOperationException($"Document {e.DocumentId} could not be rendered (delivery {context.DeliveryId}).")
            : Print(e, $"rendering {e.Status}");

    private static ValueTask Print(WebSoEvent e, string details)
    {
        // Replaces control characters, so that each event is one line.
        var line = $"{e.EventName} document {e.DocumentId}: {details}";
        Console.WriteLine(string.Concat(line.Select(c => char.IsControl(c) ? '?' : c)));
        return default;
    }
}
