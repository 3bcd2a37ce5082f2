using System.Text.Json;

namespace WebSo.Events;

internal static class InboxPrinter
{
    public static string ToText(WebSoInboxEntry entry) =>
        $"{entry.ReceivedAt:u} {entry.DeliveryId} {entry.State,-10} {(entry.EventName.Length == 0 ? "(no event)" : ToolOutput.Clean(entry.EventName))} "
            + $"document {ToolOutput.Clean(entry.DocumentId)}{(entry.HoldsDocument ? " (held)" : "")}, attempts {entry.Attempts}{(entry.LastError is { } error ? $": {ToolOutput.Clean(error)}" : "")}";

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
        WriteTime(json, "settled_at", entry.SettledAt);
        json.WriteString("last_error", entry.LastError);
        json.WriteBoolean("holds_document", entry.HoldsDocument);
        json.WriteBoolean("is_replay", entry.IsReplay);
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } at)
            json.WriteString(name, at);
        else
            json.WriteNull(name);
    }
}
