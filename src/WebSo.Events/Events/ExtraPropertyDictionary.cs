using System.Collections;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace WebSo.Events;

// The extra properties of an event. Immutable, with value equality, so that event records have value equality.
internal sealed class ExtraPropertyDictionary : IReadOnlyDictionary<string, JsonElement>, IEquatable<ExtraPropertyDictionary>
{
    private readonly Dictionary<string, JsonElement> _properties;

    // Clones the values, because their JsonDocument may be disposed later.
    public ExtraPropertyDictionary(IEnumerable<KeyValuePair<string, JsonElement>> properties)
    {
        ArgumentNullException.ThrowIfNull(properties);

        _properties = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in properties)
        {
            if (property.Value.ValueKind == JsonValueKind.Undefined)
                throw new ArgumentException($"The extra property '{property.Key}' has no value. Set a parsed JsonElement instead of default.", nameof(properties));
            _properties.Add(property.Key, property.Value.Clone());
        }
    }

    private ExtraPropertyDictionary(Dictionary<string, JsonElement> properties) => _properties = properties;

    // Uses the dictionary without a copy. Its values must not belong to a JsonDocument.
    public static ExtraPropertyDictionary TakeOver(Dictionary<string, JsonElement> properties) => new(properties);

    // Null is treated as empty. An ExtraPropertyDictionary is not copied.
    public static ExtraPropertyDictionary Of(IEnumerable<KeyValuePair<string, JsonElement>>? properties) => properties switch
    {
        null => Empty,
        ExtraPropertyDictionary same => same,
        _ => new(properties),
    };

    public static ExtraPropertyDictionary Empty { get; } = new(new Dictionary<string, JsonElement>(0, StringComparer.Ordinal));

    public int Count => _properties.Count;

    public IEnumerable<string> Keys => _properties.Keys;

    public IEnumerable<JsonElement> Values => _properties.Values;

    public JsonElement this[string key] => _properties[key];

    public bool ContainsKey(string key) => _properties.ContainsKey(key);

    public bool TryGetValue(string key, out JsonElement value) => _properties.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, JsonElement>> GetEnumerator() => _properties.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(ExtraPropertyDictionary? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || other.Count != Count)
            return false;

        foreach (var property in _properties)
        {
            if (!other._properties.TryGetValue(property.Key, out var value) || !AreEqual(property.Value, value))
                return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as ExtraPropertyDictionary);

    public override int GetHashCode()
    {
        // Hash only the names, in any order: equal values such as 1 and 1.0 have different texts.
        var hash = Count;
        foreach (var name in _properties.Keys)
            hash ^= StringComparer.Ordinal.GetHashCode(name);
        return hash;
    }

    private static bool AreEqual(JsonElement left, JsonElement right)
    {
        if (JsonMarshal.GetRawUtf8Value(left).SequenceEqual(JsonMarshal.GetRawUtf8Value(right)))
            return true;

        try
        {
            return JsonElement.DeepEquals(left, right);
        }
        catch (ArgumentOutOfRangeException)
        {
            // DeepEquals does not support exponents beyond Int32. Such numbers are equal only if their texts are.
            return false;
        }
    }

    // Omits the values: they can be personal data, and this text can end up in logs.
    public override string ToString() => "{" + string.Join(", ", _properties.Keys) + "}";
}
