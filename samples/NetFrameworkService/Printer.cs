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

    // If a handler throws, the answer is 500, and the server retries if webso_events_retry is set. With an inbox, the answer is
    // 200 all the same, and the inbox retries; the delivery ID identifies the delivery there.
    public ValueTask HandleAsync(RenderReturnEvent e, WebSoEventContext context, CancellationToken cancellationToken) =>
        e.Status == RenderStatus.Error
            ? throw new InvalidOperationException($"Document {e.DocumentId} could not be rendered (delivery {context.DeliveryId}).")
            : Print(e, $"rendering {e.Status}");

    private static ValueTask Print(WebSoEvent e, string details)
    {
        // One line each, whatever a sender writes into its texts.
        var line = $"{e.EventName} document {e.DocumentId}: {details}";
        Console.WriteLine(string.Concat(line.Select(c => char.IsControl(c) ? '?' : c)));
        return default;
    }
}
