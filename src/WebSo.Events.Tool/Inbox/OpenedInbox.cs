namespace WebSo.Events.Tool.Inbox;

// The inbox of one endpoint or of all endpoints, opened by a command. The tool does not know the event types of the application, so only a
// replay in the application can read their malformed bodies again.
internal sealed class OpenedInbox(InboxEngine engine, string? endpointName, bool isPreview) : IAsyncDisposable
{
    // A preview counts deliveries and changes nothing.
    public WebSoInbox Inbox { get; } = new WebSoInbox(
        engine,
        endpointName,
        context => WebSoEventSerializer.Default.TryDeserialize(context.Body.Span, context.Charset, out var e, out _) ? e : null)
    {
        IsPreview = isPreview,
    };

    public ValueTask DisposeAsync() => engine.DisposeAsync();
}
