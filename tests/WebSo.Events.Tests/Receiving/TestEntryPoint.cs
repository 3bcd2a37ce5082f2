namespace WebSo.Events.Tests;

// An entry point with settable values.
internal sealed class TestEntryPoint(EventReceiver receiver) : EntryPoint(receiver)
{
    public IReadOnlyList<string> SentAddresses { get; init; } = ["/webso/events"];

    public string Environment { get; init; } = "Production";

    public bool IsAuthorizedElsewhere { get; init; }

    public string? Problem { get; init; }

    public int Checks { get; private set; }

    public override IReadOnlyList<string> Addresses => SentAddresses;

    public override string EnvironmentName => Environment;

    public override bool IsAuthorized => IsAuthorizedElsewhere;

    public override IEnumerable<string> FindProblems()
    {
        Checks++;
        return Problem is null ? [] : [Problem];
    }
}
