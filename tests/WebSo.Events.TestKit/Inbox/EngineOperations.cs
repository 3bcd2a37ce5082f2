namespace WebSo.Events.TestKit;

/// <summary>The operations on an engine, for one endpoint or for all (null).</summary>
internal static class EngineOperations
{
    public static Task<WebSoInboxPage> ListAsync(
        this InboxEngine engine, WebSoInboxFilter filter, int pageSize, string? cursor, CancellationToken cancellationToken) =>
        InboxOf(engine).ListAsync(filter, pageSize, cursor, cancellationToken).AsTask();

    public static Task<long> ReplayAsync(
        this InboxEngine engine, WebSoInboxFilter filter, Func<WebSoEventContext, WebSoEvent?> readBody, CancellationToken cancellationToken) =>
        new WebSoInbox(engine, null, readBody).ReplayAsync(filter, cancellationToken).AsTask();

    public static Task<long> DiscardAsync(this InboxEngine engine, WebSoInboxFilter filter, CancellationToken cancellationToken) =>
        InboxOf(engine).DiscardAsync(filter, cancellationToken).AsTask();

    public static Task<(long Erased, long BeingHandled, string? Traces)> EraseAsync(
        this InboxEngine engine, string? endpoint, string document, CancellationToken cancellationToken) =>
        InboxOf(engine, endpoint).EraseIdleAsync(document, cancellationToken);

    public static Task PauseAsync(this InboxEngine engine, string? endpoint, CancellationToken cancellationToken) =>
        InboxOf(engine, endpoint).PauseAsync(cancellationToken).AsTask();

    public static Task ResumeAsync(this InboxEngine engine, string? endpoint, CancellationToken cancellationToken) =>
        InboxOf(engine, endpoint).ResumeAsync(cancellationToken).AsTask();

    private static WebSoInbox InboxOf(InboxEngine engine, string? endpoint = null) => new(engine, endpoint, static _ => null);
}
