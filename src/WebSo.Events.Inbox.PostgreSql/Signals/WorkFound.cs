namespace WebSo.Events;

// Of which endpoints something can be claimed after a commit, and since when the first of it is due. Null: it is new.
internal sealed class WorkFound
{
    private readonly Dictionary<string, DateTime?> _endpoints = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, DateTime?> Endpoints => _endpoints;

    public void AddNew(string endpoint) => _endpoints.TryAdd(endpoint, null);

    public void Add(string endpoint, DateTime dueAt)
    {
        if (!_endpoints.TryGetValue(endpoint, out var other) || other is null || other > dueAt)
            _endpoints[endpoint] = dueAt;
    }
}
