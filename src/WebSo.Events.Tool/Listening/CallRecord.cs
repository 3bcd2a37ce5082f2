using System.Globalization;
using System.Text.Json;

namespace WebSo.Events;

// A line of the file that `listen --record` writes and `replay` reads: the exact bytes and the time, no query, no header value that may be secret.
internal sealed record CallRecord(DateTimeOffset ReceivedAt, byte[] Body)
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

    public static List<CallRecord> ReadAll(string path) => [.. File.ReadLines(path).Select(Read)];

    private static CallRecord Read(string line, int index)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return new CallRecord(
                document.RootElement.GetProperty("received_at").GetDateTimeOffset(),
                document.RootElement.GetProperty("body_base64").GetBytesFromBase64());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"Line {index + 1} is no record of 'webso-events listen --record'.", e);
        }
    }
}
