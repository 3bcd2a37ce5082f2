namespace WebSo.Events;

internal sealed class AnsweredOperation(WebSoInboxSighting sighting) : WriteOperation
{
    public WebSoInboxSighting Sighting { get; } = sighting;

    // Whether it is noted apart from those before and after it.
    public bool IsAlone { get; set; }

    public override void Complete()
    {
    }

    // A note only: without it the answer counts as unknown.
    public override void Fail(Exception failure)
    {
    }
}
