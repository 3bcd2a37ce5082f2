namespace WebSo.Events.Tests;

// What happened, in order.
internal sealed class Journal
{
    public List<string> Entries { get; } = [];

    public ValueTask Add(string entry)
    {
        Entries.Add(entry);
        return default;
    }
}
