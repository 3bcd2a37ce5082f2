using System.Text.Json;

namespace WebSo.Events;

// UTF-8 bytes to a WireObject, in one pass. A second one is made only where a name stands without quotes, as in the vendor's own example.
internal static class WireParser
{
    internal const int MaxDepth = 32;
    internal const int MaxProperties = 256;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static WireObject Parse(ReadOnlySpan<byte> body, bool strict)
    {
        var invalid = Utf8Text.IndexOfInvalid(body);
        if (invalid >= 0)
            throw new WebSoEventFormatException(WebSoEventFormatReason.InvalidText, invalid, "the body is not UTF-8");

        var offset = !strict && body.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        var utf8 = body.Slice(offset);
        var start = SkipWhiteSpace(utf8, 0);
        if (start == utf8.Length)
            throw new WebSoEventFormatException(WebSoEventFormatReason.NotAnObject, start + offset, "the body is empty");
        if (utf8[start] != (byte)'{')
            throw new WebSoEventFormatException(WebSoEventFormatReason.NotAnObject, start + offset, "the body is not a JSON object");

        var parsed = new WireObject(utf8, offset, insertedQuotes: null);
        if (TryParse(ref parsed, quotesMayBeMissing: !strict))
            return parsed;

        parsed.Dispose();
        var quoted = UnquotedNames.Quote(utf8, out var insertedQuotes);
        parsed = new WireObject(quoted, offset, insertedQuotes);
        TryParse(ref parsed, quotesMayBeMissing: false);
        return parsed;
    }

    // False: a name without quotes comes next. On an exception the object is disposed.
    private static bool TryParse(ref WireObject parsed, bool quotesMayBeMissing)
    {
        try
        {
            return ReadProperties(ref parsed, quotesMayBeMissing);
        }
        catch (JsonException e)
        {
            // The reader's own message quotes the body.
            var error = parsed.Error(WebSoEventFormatReason.InvalidJson, PositionOf(e, parsed.Utf8), "the body is not valid JSON");
            parsed.Dispose();
            throw error;
        }
        catch (WebSoEventFormatException)
        {
            parsed.Dispose();
            throw;
        }
    }

    private static bool ReadProperties(ref WireObject parsed, bool quotesMayBeMissing)
    {
        // One more level than the bound, so that the bound is ours and has its own message.
        var reader = new Utf8JsonReader(parsed.Utf8, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
        var depth = 0;
        var objects = 0UL; // a bit per open container, the innermost last: 1 an object, 0 an array
        do
        {
            if (quotesMayBeMissing
                && (objects & 1) == 1
                && reader.TokenType != JsonTokenType.PropertyName
                && UnquotedNames.StartsAt(parsed.Utf8, (int)reader.BytesConsumed))
            {
                return false;
            }

            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    EnsureText(in parsed, in reader);
                    if (depth == 1)
                        AddName(ref parsed, in reader);
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    if (depth == MaxDepth)
                        throw parsed.Error(WebSoEventFormatReason.TooDeep, (int)reader.TokenStartIndex, $"the body nests deeper than {MaxDepth} levels");
                    if (depth == 1)
                        SetValue(ref parsed.Last, in reader);
                    depth++;
                    objects = (objects << 1) | (reader.TokenType == JsonTokenType.StartObject ? 1UL : 0UL);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    depth--;
                    objects >>= 1;
                    if (depth == 1)
                        parsed.Last.ValueLength = (int)reader.BytesConsumed - parsed.Last.ValueStart;
                    break;
                default:
                    if (depth == 1)
                        SetValue(ref parsed.Last, in reader);
                    if (reader.TokenType == JsonTokenType.String)
                        EnsureText(in parsed, in reader);
                    break;
            }
        }
        while (depth > 0);

        parsed.End = (int)reader.TokenStartIndex;
        var rest = SkipWhiteSpace(parsed.Utf8, (int)reader.BytesConsumed);
        if (rest < parsed.Utf8.Length)
            throw parsed.Error(WebSoEventFormatReason.TrailingData, rest, "something follows the JSON object");

        return true;
    }

    private static void AddName(ref WireObject parsed, ref readonly Utf8JsonReader reader)
    {
        if (parsed.Count == MaxProperties)
        {
            throw parsed.Error(
                WebSoEventFormatReason.TooManyProperties,
                (int)reader.TokenStartIndex,
                $"the body has more than {MaxProperties} properties");
        }

        ref var property = ref parsed.Add();
        property.NameStart = (int)reader.TokenStartIndex + 1;
        property.NameLength = reader.ValueSpan.Length;
        property.NameIsEscaped = reader.ValueIsEscaped;
        if (parsed.LastIsDuplicate())
            throw parsed.Error(WebSoEventFormatReason.DuplicateProperty, (int)reader.TokenStartIndex, "a property is given twice");
    }

    private static void SetValue(ref WireProperty property, ref readonly Utf8JsonReader reader)
    {
        property.Type = reader.TokenType;
        property.ValueStart = (int)reader.TokenStartIndex + (reader.TokenType == JsonTokenType.String ? 1 : 0);
        property.ValueLength = reader.ValueSpan.Length;
        property.ValueIsEscaped = reader.ValueIsEscaped;
    }

    // A text that is escaped may spell half of a surrogate pair, which no string can be made of.
    private static void EnsureText(ref readonly WireObject parsed, ref readonly Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped && Utf8Text.HasLoneSurrogate(reader.ValueSpan))
        {
            throw parsed.Error(
                WebSoEventFormatReason.InvalidText,
                (int)reader.TokenStartIndex,
                "a text holds half of a surrogate pair");
        }
    }

    private static int SkipWhiteSpace(ReadOnlySpan<byte> utf8, int position)
    {
        while (position < utf8.Length && utf8[position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            position++;
        return position;
    }

    private static int PositionOf(JsonException e, ReadOnlySpan<byte> utf8)
    {
        var position = 0;
        for (var line = e.LineNumber ?? 0; line > 0; line--)
        {
            var end = utf8.Slice(position).IndexOf((byte)'\n');
            if (end < 0)
                break;
            position += end + 1;
        }

        return (int)Math.Min(position + (e.BytePositionInLine ?? 0), utf8.Length);
    }
}
