using System.Buffers;
using System.Text;
using System.Text.Json;

namespace WebSo.Events.Emulator.Faults;

// Applies the faults that change the body.
internal static class BodyFaults
{
    private const WebSoFaults OfBody =
        WebSoFaults.ExtraProperty | WebSoFaults.ShuffledProperties | WebSoFaults.UnquotedName | WebSoFaults.NumbersForStrings;

    private static readonly string[] s_extraValues = ["\"1\"", "7", "true", "null", "{\"since\":[2,\"x\"]}", "[]"];

    public static byte[] Apply(byte[] body, WebSoFaults faults, SeededRandom random)
    {
        if ((faults & OfBody) == WebSoFaults.None)
            return body;

        using var document = JsonDocument.Parse(body);
        var properties = document.RootElement.EnumerateObject()
            .Select(property => (property.Name, Value: property.Value.GetRawText()))
            .ToList();
        if (faults.HasFlag(WebSoFaults.ExtraProperty))
            properties.Add(("future_property", s_extraValues[random.NextInt32(s_extraValues.Length)]));
        if (faults.HasFlag(WebSoFaults.NumbersForStrings))
            properties = [.. properties.Select(property => (property.Name, WithoutQuotes(property.Value)))];
        if (faults.HasFlag(WebSoFaults.ShuffledProperties))
            Shuffle(properties, random);
        return Write(properties, quoteEvent: !faults.HasFlag(WebSoFaults.UnquotedName));
    }

    private static byte[] Write(List<(string Name, string Value)> properties, bool quoteEvent)
    {
        var text = new StringBuilder("{");
        foreach (var (name, value) in properties)
        {
            if (text.Length > 1)
                text.Append(',');
            text.Append(name == "event" && !quoteEvent ? name : $"\"{JsonEncodedText.Encode(name)}\"").Append(':').Append(value);
        }

        return Encoding.UTF8.GetBytes(text.Append('}').ToString());
    }

    // A value that JSON can't represent as the same number stays a string.
    private static string WithoutQuotes(string value)
    {
        var digits = value.AsSpan().Trim('"');
        return value[0] == '"' && digits.Length is > 0 and < 16 && !digits.ContainsAnyExcept(s_digits) && (digits[0] != '0' || digits.Length == 1)
            ? digits.ToString()
            : value;
    }

    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789");

    private static void Shuffle(List<(string Name, string Value)> properties, SeededRandom random)
    {
        var before = properties.ToArray();
        for (var i = properties.Count - 1; i > 0; i--)
        {
            var other = random.NextInt32(i + 1);
            (properties[i], properties[other]) = (properties[other], properties[i]);
        }

        if (properties.SequenceEqual(before) && properties.Count > 1)
            (properties[0], properties[1]) = (properties[1], properties[0]);
    }
}
