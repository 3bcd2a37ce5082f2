namespace WebSo.Events.Handling;

// What OnDeadLetter said of an endpoint, as named options.
internal sealed class DeadLetterHook
{
    // Null: there is none.
    public Func<WebSoInboxDetails, IServiceProvider, CancellationToken, ValueTask>? Call { get; set; }
}
