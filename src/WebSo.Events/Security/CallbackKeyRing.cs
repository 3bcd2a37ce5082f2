using System.Diagnostics.CodeAnalysis;

namespace WebSo.Events.Security;

// The keys of one endpoint, of one state of its options. An ID's case does not matter, since it does not in a configuration.
internal sealed class CallbackKeyRing
{
    private readonly Dictionary<string, CallbackKey> _keys = new(StringComparer.OrdinalIgnoreCase);

    public CallbackKeyRing(CallbackKey key)
    {
        _keys.Add(key.Id, key);
        Signing = key;
    }

    // Which of them signs; null: the only one.
    public CallbackKeyRing(IEnumerable<KeyValuePair<string, string>> keys, string? signingKey)
    {
        foreach (var given in keys)
        {
            if (!CallbackKey.TryCreate(given.Key, given.Value, out var key, out var problem))
                throw new FormatException(problem);
            _keys.Add(key.Id, key);
        }

        Signing = signingKey is not null ? _keys[signingKey] : _keys.Values.FirstOrDefault();
    }

    public bool IsEmpty => _keys.Count == 0;

    public CallbackKey? Signing { get; }

    public bool TryGet(string id, [NotNullWhen(true)] out CallbackKey? key) => _keys.TryGetValue(id, out key);
}
