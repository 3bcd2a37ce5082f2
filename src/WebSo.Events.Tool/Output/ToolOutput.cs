using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WebSo.Events;

// A line of text, or an object a line with --json. Whole lines, from any thread. No secret is ever written: no query, no header value.
internal sealed class ToolOutput(bool isJson)
{
    private static readonly JsonWriterOptions s_writerOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Lock _lock = new();

    public bool IsJson { get; } = isJson;

    public void Write(string text, Action<Utf8JsonWriter> json)
    {
        lock (_lock)
            Console.Out.WriteLine(IsJson ? ToJson(json) : text);
    }

    public void WriteAttempt(WebSoDeliveryAttempt attempt) => Write(
        $"{attempt.StartedAt.ToLocalTime():HH:mm:ss.fff} {NameOf(attempt)} document {Clean(attempt.DocumentId)} attempt {attempt.Number}: "
            + $"{attempt.StatusCode?.ToString(null, null) ?? Clean(attempt.Error ?? "")} ({attempt.Duration.TotalMilliseconds:0.0} ms){(attempt.Faults == WebSoFaults.None ? "" : $" [{attempt.Faults}]")}",
        json =>
        {
            json.WriteString("type", "attempt");
            json.WriteString("event", attempt.EventName);
            json.WriteString("document_id", attempt.DocumentId);
            json.WriteString("url", ShownUrl.Of(attempt.Url));
            json.WriteNumber("attempt", attempt.Number);
            json.WriteString("started_at", attempt.StartedAt);
            json.WriteNumber("duration_ms", attempt.Duration.TotalMilliseconds);
            if (attempt.StatusCode is { } status)
                json.WriteNumber("status", status);
            else
                json.WriteString("error", attempt.Error);
            if (attempt.Faults != WebSoFaults.None)
                json.WriteString("faults", attempt.Faults.ToString());
        });

    // In text the attempts have said it, where there were any.
    public void WriteResult(WebSoSendOutcome outcome)
    {
        var text = outcome switch
        {
            WebSoSendOutcome.Filtered => "Nothing was sent: webso_events_filter keeps the event out.",
            WebSoSendOutcome.NoUrl => "Nothing was sent: webso_events_url is not set.",
            _ => null,
        };
        if (!IsJson && text is null)
            return;

        Write(text ?? "", json =>
        {
            json.WriteString("type", "result");
            json.WriteString("outcome", outcome.ToString());
        });
    }

    public static string ToJson(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, s_writerOptions))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    // Texts of a stranger: what a terminal would obey is not shown.
    public static string Clean(string text) => string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));

    private static string NameOf(WebSoDeliveryAttempt attempt) => attempt.EventName.Length == 0 ? "(no event)" : Clean(attempt.EventName);
}
