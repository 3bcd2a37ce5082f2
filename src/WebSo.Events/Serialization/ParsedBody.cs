using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace WebSo.Events.Serialization;

// The parsed JSON object of a body, as a list of property positions. An event type takes its properties; the rest are extra properties. The
// first of duplicate properties applies.
internal ref struct ParsedBody
{
    internal const int MaxExtras = 256;
    internal const int MaxIdLength = 256;

    private ParsedProperty[] _properties;
    private PooledBuffer? _buffer;
    private int? _offset;
    private bool _isGuess;
    private int _current;
    private int _extras;
    private int _seen; // one bit per KnownProperty
    private int _event; // the index of the first 'event'

    public ParsedBody(ReadOnlySpan<byte> body, string? charset)
    {
        _properties = ArrayPool<ParsedProperty>.Shared.Rent(16);
        _buffer = BodyCharset.ToUtf8(body, charset, out _isGuess);
        var text = _buffer is null ? body : _buffer.Written;
        var mark = text.StartsWith(BodyCharset.Utf8ByteOrderMark) ? BodyCharset.Utf8ByteOrderMark.Length : 0;
        Utf8 = text.Slice(mark);
        _offset = _buffer is null ? mark : null;
    }

    public ReadOnlySpan<byte> Utf8 { get; private set; }

    public int Count { get; private set; }

    // The position of the end of the object in Utf8.
    public int End { get; set; }

    // Whether 'event' is sent twice with different values.
    public bool IsAmbiguous { get; private set; }

    // False if a documented property could not be read or an extra property was omitted.
    public bool IsComplete { get; private set; } = true;

    // Repairs the JSON. Returns false if there is nothing to repair.
    public bool TryRepair()
    {
        if (JsonRepair.Repair(Utf8) is not { } repaired)
            return false;

        _buffer?.Dispose();
        (_buffer, _offset) = (repaired, null);
        Utf8 = repaired.Written;
        (Count, _extras, _seen, IsAmbiguous, IsComplete) = (0, 0, 0, false, true);
        return true;
    }

    public void Dispose()
    {
        ArrayPool<ParsedProperty>.Shared.Return(_properties);
        _buffer?.Dispose();
        (_properties, _buffer, Count) = ([], null, 0);
    }

    public void AddName(ref readonly Utf8JsonReader reader)
    {
        if (Count == _properties.Length)
        {
            var larger = ArrayPool<ParsedProperty>.Shared.Rent(Count * 2);
            _properties.AsSpan(0, Count).CopyTo(larger);
            ArrayPool<ParsedProperty>.Shared.Return(_properties);
            _properties = larger;
        }

        _current = Count;
        var name = KnownPropertyNames.Find(in reader);
        _properties[_current] = new ParsedProperty
        {
            Name = name,
            NameStart = (int)reader.TokenStartIndex + 1,
            NameLength = reader.ValueSpan.Length,
            NameIsEscaped = reader.ValueIsEscaped,
        };

        // A property that is not kept is overwritten by the next one.
        var isKept = name == KnownProperty.None ? _extras++ < MaxExtras : (_seen & (1 << (int)name)) == 0;
        _seen |= 1 << (int)name;
        if (isKept && name == KnownProperty.Event)
            _event = _current;
        if (isKept)
            Count++;
        else
            IsComplete = false;
    }

    public void SetValue(ref readonly Utf8JsonReader reader)
    {
        ref var property = ref _properties[_current];
        property.Type = reader.TokenType;
        property.ValueStart = (int)reader.TokenStartIndex + (reader.TokenType == JsonTokenType.String ? 1 : 0);
        property.ValueLength = reader.ValueSpan.Length;
        property.ValueIsEscaped = reader.ValueIsEscaped;
        if (property.Name == KnownProperty.Event && _current == Count && !BytesOf(_current).SequenceEqual(BytesOf(_event)))
            IsAmbiguous = true;
    }

    public readonly void EndValue(int end) => _properties[_current].ValueLength = end - _properties[_current].ValueStart;

    public readonly void SetTooDeep() => _properties[_current].IsTooDeep = true;

    public readonly int Find(KnownProperty name)
    {
        if ((_seen & (1 << (int)name)) == 0)
            return -1;

        var index = 0;
        while (_properties[index].Name != name)
            index++;
        return index;
    }

    public readonly bool IsText(int index) => _properties[index].Type switch
    {
        JsonTokenType.String => _properties[index].ValueLength > 0,
        JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => true,
        _ => false,
    };

    public readonly JsonTokenType TypeOf(int index) => _properties[index].Type;

    public readonly int StartOf(int index) => _properties[index].ValueStart;

    public readonly ReadOnlySpan<byte> BytesOf(int index) => Utf8.Slice(_properties[index].ValueStart, _properties[index].ValueLength);

    public readonly bool IsEscaped(int index) => _properties[index].ValueIsEscaped;

    public readonly string TextOf(int index) => IsEscaped(index)
        ? Unescape(_properties[index].ValueStart, _properties[index].ValueLength)
        : Encoding.UTF8.GetString(BytesOf(index));

    public readonly string NameOf(int index)
    {
        ref readonly var property = ref _properties[index];
        return property.NameIsEscaped
            ? Unescape(property.NameStart, property.NameLength)
            : Encoding.UTF8.GetString(Utf8.Slice(property.NameStart, property.NameLength));
    }

    public readonly bool IsTooDeep(int index) => _properties[index].IsTooDeep;

    public readonly void Take(int index) => _properties[index].IsTaken = true;

    // Omits a duplicate property.
    public void Omit(int index)
    {
        Take(index);
        IsComplete = false;
    }

    // Copies the name and the value. asText: write a number or a boolean as a string.
    public readonly void CopyTo(PooledBuffer buffer, int index, bool asText)
    {
        ref readonly var property = ref _properties[index];
        buffer.Write(Utf8.Slice(property.NameStart - 1, property.NameLength + 2));
        var hasQuotes = asText || property.Type == JsonTokenType.String;
        buffer.Write(hasQuotes ? ":\""u8 : ":"u8);
        buffer.Write(Utf8.Slice(property.ValueStart, property.ValueLength));
        if (hasQuotes)
            buffer.Write("\""u8);
    }

    // Returns an empty string if absent.
    public string TakeId(KnownProperty name)
    {
        var index = TakeIndex(name);
        if (index < 0)
            return "";

        var id = TextOf(index);
        CheckId(name, id);
        return id;
    }

    // IDs must fit into the indexes of a store. An ID that may differ from the ID in the server makes the event incomplete.
    public void CheckId(KnownProperty name, string id)
    {
        var index = Find(name);
        if (id.Length > MaxIdLength)
        {
            throw Error(
                EventFormatReason.TooLong,
                index < 0 ? End : StartOf(index),
                $"the property '{(index < 0 ? "document_id" : NameOf(index))}' is longer than {MaxIdLength} characters");
        }

        if (HasReplacement(id) || (_isGuess && name == KnownProperty.DocumentId && index >= 0 && ByteSearch.IndexOfNonAscii(BytesOf(index)) >= 0))
            IsComplete = false;
    }

    // Returns null if absent or not a number.
    public int? TakeInt32(KnownProperty name)
    {
        var index = Find(name);
        if (index >= 0 && IsText(index) && TryReadInt32(index, out var number))
        {
            Take(index);
            return number;
        }

        IsComplete = false;
        return null;
    }

    // Returns the bytes of the value, so that known values need no allocation. Empty if absent. escaped: the text of a value with escapes.
    public ReadOnlySpan<byte> TakeBytes(KnownProperty name, out string? escaped)
    {
        escaped = null;
        var index = TakeIndex(name);
        if (index < 0)
            return default;

        if (IsEscaped(index))
            escaped = TextOf(index);
        var bytes = BytesOf(index);
        if (escaped is null ? bytes.IndexOf("\uFFFD"u8) >= 0 : HasReplacement(escaped))
            IsComplete = false;
        return bytes;
    }

    public ExtraPropertyDictionary TakeExtras()
    {
        Dictionary<string, JsonElement>? extras = null;
        for (var i = 0; i < Count; i++)
        {
            ref readonly var property = ref _properties[i];
            if (property.IsTaken)
                continue;

            var name = property.IsTooDeep ? null : NameOf(i);
            extras ??= new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            if (name is null || extras.ContainsKey(name))
            {
                IsComplete = false;
                continue;
            }

            var quotes = property.Type == JsonTokenType.String ? 1 : 0;
            extras.Add(name, JsonElement.Parse(Utf8.Slice(property.ValueStart - quotes, property.ValueLength + (2 * quotes))));
        }

        return extras is null ? ExtraPropertyDictionary.Empty : ExtraPropertyDictionary.TakeOver(extras);
    }

    // position refers to Utf8. It is omitted if the body was converted or repaired.
    public readonly EventFormatException Error(EventFormatReason reason, int position, string problem, Exception? inner = null) =>
        new(reason, position + _offset, problem, inner);

    private int TakeIndex(KnownProperty name)
    {
        var index = Find(name);
        if (index >= 0 && IsText(index))
        {
            Take(index);
            return index;
        }

        IsComplete = false;
        return -1;
    }

    private readonly bool TryReadInt32(int index, out int number) => IsEscaped(index)
        ? int.TryParse(TextOf(index), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
        : Utf8Parser.TryParse(BytesOf(index), out number, out var read) && read == BytesOf(index).Length;

    private static bool HasReplacement(string text) => text.Contains('\uFFFD');

    private readonly string Unescape(int start, int length)
    {
        var reader = new Utf8JsonReader(Utf8.Slice(start - 1, length + 2));
        reader.Read();
        return reader.GetString()!;
    }
}
