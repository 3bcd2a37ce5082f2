namespace WebSo.Events;

// An inbox that a command looks into: of one endpoint, or of all. Without the event types of the application: an unreadable body of one of
// those is read again by a replay within the application.
internal sealed class OpenedInbox(InboxEngine engine, string? endpointName, bool isPreview) : IAsyncDisposable
{
    // A preview changes nothing, and counts.
    public WebSoInbox Inbox { get; } = new WebSoInbox(
        engine,
        endpointName,
        context => WebSoEventSerializer.Default.TryDeserialize(context.Body.Span, context.Charset, out var e, out _) ? e : null)
    {
        IsPreview = isPreview,
    };

    public ValueTask DisposeAsync() => engine.DisposeAsync();
}
