using System.Text.Json;

namespace WebSo.Events.Serialization;

// Parses a body in one pass. A second pass is needed only for a repaired body.
internal static class BodyParser
{
    // The maximum depth of an extra property. The body itself is the first level.
    internal const int MaxDepth = 32;

    // The size of the body limits the total depth.
    private static readonly JsonReaderOptions s_readerOptions = new() { MaxDepth = int.MaxValue };

    public static void Parse(ref ParsedBody parsed)
    {
        var start = SkipWhiteSpace(parsed.Utf8, 0);
        if (start == parsed.Utf8.Length)
            throw parsed.Error(EventFormatReason.NotAnObject, start, "the body is empty");
        if (parsed.Utf8[start] != (byte)'{')
            throw parsed.Error(EventFormatReason.NotAnObject, start, "the body is not a JSON object");

        if (!TryRead(ref parsed, out var position) && !(parsed.TryRepair() && TryRead(ref parsed, out position)))
            throw parsed.Error(EventFormatReason.InvalidJson, position, "the body is not valid JSON");

        var rest = SkipWhiteSpace(parsed.Utf8, parsed.End + 1);
        while (rest < parsed.Utf8.Length && parsed.Utf8[rest] == 0)
            rest++;
        if (rest < parsed.Utf8.Length)
            throw parsed.Error(EventFormatReason.TrailingData, rest, "data follows the JSON object");
    }

    // Returns false if the body is not JSON at the position.
    private static bool TryRead(ref ParsedBody parsed, out int position)
    {
        try
        {
            position = ReadProperties(ref parsed);
        }
        catch (JsonException e)
        {
            position = PositionOf(e, parsed.Utf8);
        }

        return position < 0;
    }

    private static int ReadProperties(ref ParsedBody parsed)
    {
        var reader = new Utf8JsonReader(parsed.Utf8, s_readerOptions);
        var depth = 0;
        do
        {
            // Detect unquoted names without the cost of an exception, because the vendor's example has one.
            if (depth == 1 && reader.TokenType != JsonTokenType.PropertyName && JsonRepair.StartsWithName(parsed.Utf8, (int)reader.BytesConsumed))
                return (int)reader.BytesConsumed;

            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    if (reader.ValueIsEscaped && Utf8Text.HasLoneSurrogate(reader.ValueSpan))
                        return (int)reader.TokenStartIndex;
                    if (depth == 1)
                        parsed.AddName(in reader);
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    if (depth == 1)
                        parsed.SetValue(in reader);
                    if (depth == MaxDepth)
                        parsed.SetTooDeep();
                    depth++;
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    depth--;
                    if (depth == 1)
                        parsed.EndValue((int)reader.BytesConsumed);
                    break;
                default:
                    if (reader.ValueIsEscaped && Utf8Text.HasLoneSurrogate(reader.ValueSpan))
                        return (int)reader.TokenStartIndex;
                    if (depth == 1)
                        parsed.SetValue(in reader);
                    break;
            }
        }
        while (depth > 0);

        parsed.End = (int)reader.TokenStartIndex;
        return -1;
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
