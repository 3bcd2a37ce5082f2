namespace WebSo.Events;

// Remembers the names that were logged. Bounded, since a stranger can make up names without end.
internal sealed class OncePerName
{
    private const int MaxNames = 100;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public bool IsFirst(string name)
    {
        lock (_names)
            return _names.Count < MaxNames && _names.Add(LogText.Of(name));
    }
}
