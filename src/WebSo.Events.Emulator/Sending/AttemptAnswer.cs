namespace WebSo.Events.Emulator.Sending;

// The result of one attempt: a status or an error, and the target of redirects.
internal sealed record AttemptAnswer(int? Status, string? Error)
{
    public Uri? RedirectedTo { get; init; }

    public bool IsOfGet { get; init; }
}
