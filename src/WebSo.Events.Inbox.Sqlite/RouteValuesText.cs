using System.Text;
using System.Text.Json;

namespace WebSo.Events;

// Route values as a JSON object.
internal static class RouteValuesText
{
    private static readonly IReadOnlyDictionary<string, string> s_none = new Dictionary<string, string>(0);

    public static string? Write(IReadOnlyDictionary<string, string> values)
    {
        if (values.Count == 0)
            return null;

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            foreach (var value in values)
                writer.WriteString(value.Key, value.Value);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static IReadOnlyDictionary<string, string> Read(string? text)
    {
        if (text is null)
            return s_none;

        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        using var document = JsonDocument.Parse(text);
        foreach (var property in document.RootElement.EnumerateObject())
            values[property.Name] = property.Value.GetString() ?? "";
        return values;
    }
}
