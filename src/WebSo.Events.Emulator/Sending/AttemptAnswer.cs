namespace WebSo.Events;

// How one attempt ended: a status or an error, and where redirects led.
internal sealed record AttemptAnswer(int? Status, string? Error)
{
    public Uri? RedirectedTo { get; init; }

    public bool IsOfGet { get; init; }
}
