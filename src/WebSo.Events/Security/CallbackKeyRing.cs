using System.Diagnostics.CodeAnalysis;

namespace WebSo.Events.Security;

// The keys of one endpoint. IDs are not case-sensitive, because configuration keys are not.
internal sealed class CallbackKeyRing
{
    private readonly Dictionary<string, CallbackKey> _keys = new(StringComparer.OrdinalIgnoreCase);

    public CallbackKeyRing(CallbackKey key)
    {
        _keys.Add(key.Id, key);
        Signing = key;
    }

    // signingKey: the ID of the key that signs, or null for the only key.
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
