using System.Text.Json;

namespace WebSo.Events.Tool.Inbox;

internal static class InboxPrinter
{
    // Includes the first line of the error. The default endpoint is omitted.
    public static string ToLine(WebSoInboxEntry entry) =>
        ToHeader(entry) + (entry.LastError is { } error ? $": {ToolOutput.Clean(LinesOf(error)[0])}" : "");

    // Omits the error.
    public static string ToHeader(WebSoInboxEntry entry) =>
        $"{entry.ReceivedAt:u} {entry.DeliveryId} {entry.State,-10} {(entry.EventName.Length == 0 ? "(no event)" : ToolOutput.Clean(entry.EventName))} "
            + $"{ToDocument(entry)}{(entry.EndpointName.Length == 0 ? "" : $" at {Endpoint(entry.EndpointName)}")}, attempts {entry.Attempts}{ToNextAttempt(entry)}";

    public static string Endpoint(string name) => new EndpointLabel(ToolOutput.Clean(name)).ToString();

    // Indents each line of the error, which includes causes and stack traces.
    public static IEnumerable<string> ToIndentedLines(string error) => LinesOf(error).Select(line => $"    {ToolOutput.Clean(line)}");

    public static void WriteJson(Utf8JsonWriter json, WebSoInboxEntry entry)
    {
        json.WriteString("delivery_id", entry.DeliveryId);
        json.WriteString("endpoint", entry.EndpointName);
        json.WriteString("event", entry.EventName);
        json.WriteString("document_id", entry.DocumentId);
        json.WriteString("state", entry.State.ToString());
        json.WriteString("received_at", entry.ReceivedAt);
        json.WriteNumber("receive_count", entry.ReceiveCount);
        json.WriteString("last_received_at", entry.LastReceivedAt);
        json.WriteNumber("attempts", entry.Attempts);
        WriteTime(json, "next_attempt_at", entry.NextAttemptAt);
        json.WriteBoolean("waits_behind_another", IsWaiting(entry));
        WriteTime(json, "settled_at", entry.EndedAt);
        json.WriteString("last_error", entry.LastError);
        json.WriteBoolean("holds_document", entry.HoldsDocument);
        json.WriteBoolean("is_replay", entry.IsReplay);
    }

    // Only the first pending delivery of a document has a next attempt.
    private static bool IsWaiting(WebSoInboxEntry entry) => entry.State == WebSoInboxState.Pending && entry.NextAttemptAt is null;

    private static string ToDocument(WebSoInboxEntry entry) => entry.DocumentId.Length == 0
        ? "without a document"
        : $"document {ToolOutput.Clean(entry.DocumentId)}{(entry.HoldsDocument ? " (held)" : "")}";

    private static string ToNextAttempt(WebSoInboxEntry entry) => entry.NextAttemptAt is { } next
        ? $", next attempt {next:u}"
        : IsWaiting(entry) ? ", waits behind another delivery of its document" : "";

    private static string[] LinesOf(string error) => error.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } at)
            json.WriteString(name, at);
        else
            json.WriteNull(name);
    }
}
