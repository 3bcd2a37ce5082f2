namespace WebSo.Events.Tests;

// Records calls in order.
internal sealed class Journal
{
    public List<string> Entries { get; } = [];

    public ValueTask Add(string entry)
    {
        Entries.Add(entry);
        return default;
    }
}
