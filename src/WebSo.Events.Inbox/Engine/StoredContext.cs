using System.Net;
using System.Text;
using System.Text.Json;

namespace WebSo.Events.Inbox.Engine;

// The properties of a call that are never searched, stored as JSON. Properties without a value are omitted.
internal static class StoredContext
{
    public const string Empty = """{"path":""}""";

    [ThreadStatic]
    private static MemoryStream? t_buffer;

    public static string Write(WebSoEventContext context, TraceContext? trace, bool isFromReceiveOnly)
    {
        var buffer = t_buffer ??= new MemoryStream(512);
        buffer.SetLength(0);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("path"u8, context.RequestPath);
            WriteText(json, "query", context.QueryString);
            WriteText(json, "remote_address", context.RemoteAddress?.ToString());
            WriteText(json, "correlation_id", context.CorrelationId);
            WriteText(json, "charset", context.Charset);
            WriteText(json, "trace_parent", trace?.Parent);
            WriteText(json, "trace_state", trace?.State);
            if (isFromReceiveOnly)
                json.WriteBoolean("receive_only"u8, true);
            if (context.RouteValues.Count > 0)
            {
                json.WriteStartObject("route_values"u8);
                foreach (var value in context.RouteValues)
                    json.WriteString(value.Key, value.Value);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    // Returns whether Read failed because the stored text is invalid.
    public static bool IsUnreadable(Exception failure) =>
        failure is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or InvalidCastException;

    // Throws if this package did not write the text.
    public static (WebSoEventContext Context, TraceContext? Trace, bool IsFromReceiveOnly) Read(
        string text, Guid deliveryId, DateTime receivedAt, string endpoint, byte[] body, int attempt, int run)
    {
        using var document = JsonDocument.Parse(text);
        var json = document.RootElement;
        var context = new WebSoEventContext
        {
            DeliveryId = deliveryId,
            ReceivedAt = new DateTimeOffset(receivedAt),
            EndpointName = endpoint,
            RequestPath = json.GetProperty("path").GetString() ?? "",
            QueryString = ReadText(json, "query") ?? "",
            RouteValues = ReadRouteValues(json),
            RemoteAddress = ReadText(json, "remote_address") is { } address ? IPAddress.Parse(address) : null,
            CorrelationId = ReadText(json, "correlation_id"),
            Charset = ReadText(json, "charset"),
            Attempt = attempt,
            IsReplay = run > 1,
            Body = body,
        };
        var trace = ReadText(json, "trace_parent") is { } parent ? new TraceContext(parent, ReadText(json, "trace_state")) : null;
        return (context, trace, json.TryGetProperty("receive_only", out var value) && value.GetBoolean());
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            json.WriteString(name, value);
    }

    private static string? ReadText(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static Dictionary<string, string> ReadRouteValues(JsonElement json)
    {
        var values = new Dictionary<string, string>();
        if (json.TryGetProperty("route_values", out var stored))
        {
            foreach (var value in stored.EnumerateObject())
                values[value.Name] = value.Value.GetString() ?? "";
        }

        return values;
    }
}
