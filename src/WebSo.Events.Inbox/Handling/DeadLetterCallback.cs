namespace WebSo.Events.Inbox.Handling;

// The delegate that was passed to OnDeadLetter, stored as named options.
internal sealed class DeadLetterCallback
{
    // Null if OnDeadLetter was not called for the endpoint.
    public Func<WebSoInboxDetails, IServiceProvider, CancellationToken, ValueTask>? Call { get; set; }
}
