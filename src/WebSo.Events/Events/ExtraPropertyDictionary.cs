using System.Collections;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace WebSo.Events;

// The extra properties of an event: immutable, and compared by content, so that records that hold them are.
internal sealed class ExtraPropertyDictionary : IReadOnlyDictionary<string, JsonElement>, IEquatable<ExtraPropertyDictionary>
{
    private readonly Dictionary<string, JsonElement> _properties;

    // The values are cloned: their document may be disposed.
    public ExtraPropertyDictionary(IEnumerable<KeyValuePair<string, JsonElement>> properties)
    {
        ArgumentNullException.ThrowIfNull(properties);

        _properties = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in properties)
        {
            if (property.Value.ValueKind == JsonValueKind.Undefined)
                throw new ArgumentException($"The extra property '{property.Key}' has no value: give it a JsonElement that was parsed.", nameof(properties));
            _properties.Add(property.Key, property.Value.Clone());
        }
    }

    private ExtraPropertyDictionary(Dictionary<string, JsonElement> properties) => _properties = properties;

    // Takes the dictionary over: its values belong to no document.
    public static ExtraPropertyDictionary TakeOver(Dictionary<string, JsonElement> properties) => new(properties);

    // Null counts as empty. What is immutable already is not copied.
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
        // Names only, and without order: 1 and 1.0 are equal values with different texts.
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
            // A number with an exponent that no Int32 holds: such a value equals only its own text.
            return false;
        }
    }

    // Names only: a value can be personal data, and texts end in logs.
    public override string ToString() => "{" + string.Join(", ", _properties.Keys) + "}";
}
