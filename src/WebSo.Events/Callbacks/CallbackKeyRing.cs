using System.Diagnostics.CodeAnalysis;

namespace WebSo.Events;

// The keys of one endpoint, of one state of its options. An ID's case does not matter, since it does not in a configuration.
internal sealed class CallbackKeyRing
{
    private readonly Dictionary<string, CallbackKey> _keys = new(StringComparer.OrdinalIgnoreCase);

    public CallbackKeyRing(CallbackKey key)
    {
        _keys.Add(key.Id, key);
        Signing = key;
    }

    public CallbackKeyRing(WebSoEventsOptions options)
    {
        foreach (var given in options.CallbackKeys)
        {
            if (!CallbackKey.TryCreate(given.Key, given.Value, out var key, out var problem))
                throw new FormatException(problem);
            _keys.Add(key.Id, key);
        }

        Signing = options.CallbackSigningKey is { } id ? _keys[id] : _keys.Values.FirstOrDefault();
    }

    public bool IsEmpty => _keys.Count == 0;

    public CallbackKey? Signing { get; }

    public bool TryGet(string id, [NotNullWhen(true)] out CallbackKey? key) => _keys.TryGetValue(id, out key);
}
