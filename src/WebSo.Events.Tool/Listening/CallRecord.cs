using System.Globalization;
using System.Text.Json;

namespace WebSo.Events.Tool.Listening;

// A line that `listen --record` writes and `replay` reads: the exact bytes and the time, but no query and no header value that can be secret.
internal sealed record CallRecord(DateTimeOffset ReceivedAt, string? ContentType, byte[] Body)
{
    public static string Write(DateTimeOffset receivedAt, string path, byte[] body, IEnumerable<KeyValuePair<string, string>> headers) => ToolOutput.ToJson(json =>
    {
        json.WriteString("received_at", receivedAt.ToString("O", CultureInfo.InvariantCulture));
        json.WriteString("path", path);
        json.WriteStartObject("headers");
        foreach (var header in headers)
            json.WriteString(header.Key, ShownHeader.ValueOf(header.Key, header.Value));
        json.WriteEndObject();
        json.WriteBase64String("body_base64", body);
    });

    // Returns null if the line is incomplete or not a record.
    public static CallRecord? TryRead(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return new CallRecord(
                document.RootElement.GetProperty("received_at").GetDateTimeOffset(),
                ContentTypeOf(document.RootElement),
                document.RootElement.GetProperty("body_base64").GetBytesFromBase64());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    // Returns null if the call had no Content-Type.
    private static string? ContentTypeOf(JsonElement call) => call.TryGetProperty("headers", out var headers)
        ? headers.EnumerateObject().FirstOrDefault(header => header.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)) is { Value.ValueKind: JsonValueKind.String } header
            ? header.Value.GetString()
            : null
        : new WebSoEmulatorOptions().ContentType;
}
