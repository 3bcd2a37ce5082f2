using System.Collections;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace WebSo.Events;

/// <summary>The properties of an event that its type does not know, by name, in order of arrival. Immutable, and compared by content.</summary>
public sealed class WebSoExtraProperties : IReadOnlyDictionary<string, JsonElement>, IEquatable<WebSoExtraProperties>
{
    private readonly Dictionary<string, JsonElement> _properties;

    /// <summary>Creates the properties from names and values. The values are cloned: their document may be disposed.</summary>
    /// <exception cref="ArgumentException">A name is given twice, or a value is <c>default</c>.</exception>
    public WebSoExtraProperties(IEnumerable<KeyValuePair<string, JsonElement>> properties)
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

    // Takes the dictionary over: its values are owned already.
    internal WebSoExtraProperties(Dictionary<string, JsonElement> owned) => _properties = owned;

    /// <summary>No extra properties.</summary>
    public static WebSoExtraProperties Empty { get; } = new(new Dictionary<string, JsonElement>(0, StringComparer.Ordinal));

    /// <inheritdoc/>
    public int Count => _properties.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _properties.Keys;

    /// <inheritdoc/>
    public IEnumerable<JsonElement> Values => _properties.Values;

    /// <inheritdoc/>
    public JsonElement this[string key] => _properties[key];

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _properties.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, out JsonElement value) => _properties.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, JsonElement>> GetEnumerator() => _properties.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether both hold the same names with the same JSON values. The order does not matter.</summary>
    public bool Equals(WebSoExtraProperties? other)
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

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as WebSoExtraProperties);

    /// <inheritdoc/>
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

    /// <summary>The names, without the values: a value can be personal data, and texts end in logs.</summary>
    public override string ToString() => "{" + string.Join(", ", _properties.Keys) + "}";
}
