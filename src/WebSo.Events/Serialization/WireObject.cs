using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace WebSo.Events;

// The outermost object of a body as a list of places, from which an event type takes what it knows. The rest are the extras.
internal ref struct WireObject
{
    private readonly IReadOnlyList<int>? _insertedQuotes;
    private readonly int _offset;
    private WireProperty[] _properties;

    // insertedQuotes: the places, in utf8, of the quotes that the body did not have; offset: what stood before utf8 in the body.
    public WireObject(ReadOnlySpan<byte> utf8, int offset, IReadOnlyList<int>? insertedQuotes)
    {
        Utf8 = utf8;
        _offset = offset;
        _insertedQuotes = insertedQuotes;
        _properties = ArrayPool<WireProperty>.Shared.Rent(16);
    }

    public ReadOnlySpan<byte> Utf8 { get; }

    public int Count { get; private set; }

    public int End { get; set; }

    public readonly ref WireProperty Last => ref _properties[Count - 1];

    public ref WireProperty Add()
    {
        if (Count == _properties.Length)
        {
            var larger = ArrayPool<WireProperty>.Shared.Rent(Count * 2);
            _properties.AsSpan(0, Count).CopyTo(larger);
            ArrayPool<WireProperty>.Shared.Return(_properties);
            _properties = larger;
        }

        ref var added = ref _properties[Count++];
        added = default;
        return ref added;
    }

    public void Dispose()
    {
        ArrayPool<WireProperty>.Shared.Return(_properties);
        _properties = [];
        Count = 0;
    }

    public static string GetText(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    public readonly int Find(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < Count; i++)
        {
            if (NameEquals(in _properties[i], name))
                return i;
        }

        return -1;
    }

    // The index of a property that the event must have; null counts as absent.
    public readonly int Require(ReadOnlySpan<byte> name)
    {
        var index = Find(name);
        if (index < 0 || _properties[index].Type == JsonTokenType.Null)
            throw Error(WebSoEventFormatReason.MissingProperty, End, $"the property '{Encoding.UTF8.GetString(name)}' is missing");

        _properties[index].IsTaken = true;
        return index;
    }

    public readonly string RequireText(ReadOnlySpan<byte> name)
    {
        var index = Require(name);
        EnsureScalar(index, name);
        return TextOf(in _properties[index]);
    }

    public readonly string RequireDocumentId()
    {
        var id = RequireText("document_id"u8);
        if (id.Length == 0)
            throw Error(WebSoEventFormatReason.InvalidProperty, _properties[Find("document_id"u8)].ValueStart, "the property 'document_id' is empty");

        return id;
    }

    public readonly int RequireInt32(ReadOnlySpan<byte> name)
    {
        var index = Require(name);
        EnsureScalar(index, name);
        ref readonly var property = ref _properties[index];
        if (property.ValueIsEscaped
            ? int.TryParse(TextOf(in property), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            : Utf8Parser.TryParse(ValueOf(in property), out number, out var read) && read == property.ValueLength)
        {
            return number;
        }

        throw Error(
            WebSoEventFormatReason.InvalidProperty,
            property.ValueStart,
            $"the property '{Encoding.UTF8.GetString(name)}' is no whole number from {int.MinValue} to {int.MaxValue}");
    }

    // The bytes of the value, where they are the text: then a known text need not be allocated.
    public readonly ReadOnlySpan<byte> RequireTextBytes(ReadOnlySpan<byte> name, out string? escaped)
    {
        var index = Require(name);
        EnsureScalar(index, name);
        ref readonly var property = ref _properties[index];
        escaped = property.ValueIsEscaped ? TextOf(in property) : null;
        return ValueOf(in property);
    }

    public readonly JsonTokenType TypeOf(int index) => _properties[index].Type;

    public readonly int StartOf(int index) => _properties[index].ValueStart;

    public readonly string TextOf(int index) => TextOf(in _properties[index]);

    public readonly ReadOnlySpan<byte> BytesOf(int index) => ValueOf(in _properties[index]);

    public readonly bool IsEscaped(int index) => _properties[index].ValueIsEscaped;

    public readonly void Take(int index) => _properties[index].IsTaken = true;

    public readonly string NameOf(int index)
    {
        ref readonly var property = ref _properties[index];
        return property.NameIsEscaped
            ? Unescape(property.NameStart, property.NameLength)
            : Encoding.UTF8.GetString(Utf8.Slice(property.NameStart, property.NameLength));
    }

    public readonly WebSoExtraProperties TakeExtras()
    {
        Dictionary<string, JsonElement>? extras = null;
        for (var i = 0; i < Count; i++)
        {
            if (_properties[i].IsTaken)
                continue;

            ref readonly var property = ref _properties[i];
            var quotes = property.Type == JsonTokenType.String ? 1 : 0;
            var reader = new Utf8JsonReader(Utf8.Slice(property.ValueStart - quotes, property.ValueLength + (2 * quotes)));
            extras ??= new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            extras.Add(NameOf(i), JsonElement.ParseValue(ref reader));
        }

        return extras is null ? WebSoExtraProperties.Empty : new WebSoExtraProperties(extras);
    }

    // A position in Utf8 as a position in the body.
    public readonly WebSoEventFormatException Error(WebSoEventFormatReason reason, int position, string problem, Exception? inner = null)
    {
        var inserted = 0;
        for (; _insertedQuotes is not null && inserted < _insertedQuotes.Count && _insertedQuotes[inserted] < position; inserted++)
        {
        }

        return new WebSoEventFormatException(reason, position - inserted + _offset, problem, inner);
    }

    // Whether the property added last has the name of an earlier one.
    public readonly bool LastIsDuplicate()
    {
        ref readonly var last = ref _properties[Count - 1];
        var name = last.NameIsEscaped
            ? Encoding.UTF8.GetBytes(Unescape(last.NameStart, last.NameLength))
            : Utf8.Slice(last.NameStart, last.NameLength);
        for (var i = 0; i < Count - 1; i++)
        {
            if (NameEquals(in _properties[i], name))
                return true;
        }

        return false;
    }

    private readonly void EnsureScalar(int index, ReadOnlySpan<byte> name)
    {
        if (_properties[index].Type is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            throw Error(
                WebSoEventFormatReason.InvalidProperty,
                _properties[index].ValueStart,
                $"the property '{Encoding.UTF8.GetString(name)}' is no text");
        }
    }

    private readonly bool NameEquals(ref readonly WireProperty property, ReadOnlySpan<byte> name) => property.NameIsEscaped
        ? Encoding.UTF8.GetBytes(Unescape(property.NameStart, property.NameLength)).AsSpan().SequenceEqual(name)
        : Utf8.Slice(property.NameStart, property.NameLength).SequenceEqual(name);

    private readonly ReadOnlySpan<byte> ValueOf(ref readonly WireProperty property) => Utf8.Slice(property.ValueStart, property.ValueLength);

    private readonly string TextOf(ref readonly WireProperty property) => property.ValueIsEscaped
        ? Unescape(property.ValueStart, property.ValueLength)
        : Encoding.UTF8.GetString(ValueOf(in property));

    private readonly string Unescape(int start, int length)
    {
        var reader = new Utf8JsonReader(Utf8.Slice(start - 1, length + 2));
        reader.Read();
        return reader.GetString()!;
    }
}
