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

    // False: it is none that was written here; the values are those of none.
    public static bool TryRead(string? text, out IReadOnlyDictionary<string, string> values)
    {
        values = s_none;
        if (text is null)
            return true;

        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return false;

            var read = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
                    return false;
                read[property.Name] = property.Value.GetString() ?? "";
            }

            values = read;
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
