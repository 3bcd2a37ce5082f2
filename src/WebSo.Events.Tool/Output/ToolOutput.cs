using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WebSo.Events.Tool.Output;

// Writes lines of text, or one JSON object per line with --json. Thread-safe. Never writes a query or a header value, which can be secret.
internal sealed class ToolOutput(bool isJson)
{
    private const int MaxTextLength = 64 * 1024;

    private static readonly JsonWriterOptions s_writerOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Lock _lock = new();

    // JSON is UTF-8 in every locale and code page.
    private readonly TextWriter _writer = isJson ? new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true } : Console.Out;

    public bool IsJson { get; } = isJson;

    public void Write(string text, Action<Utf8JsonWriter> json)
    {
        lock (_lock)
            _writer.WriteLine(IsJson ? ToJson(json) : string.Join(Environment.NewLine, text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').Select(line => LogText.Of(line, 2 * MaxTextLength))));
    }

    public void WriteAttempt(WebSoDeliveryAttempt attempt) => Write(
        $"{attempt.StartedAt.ToLocalTime():HH:mm:ss.fff} {NameOf(attempt)} document {Clean(attempt.DocumentId)} attempt {attempt.Number}: "
            + $"{attempt.StatusCode?.ToString(null, null) ?? Clean(attempt.Error ?? "")} ({attempt.Duration.TotalMilliseconds:0.0} ms){ToText(attempt.RedirectedTo, attempt.IsLostByRedirect)}{(attempt.Faults == WebSoFaults.None ? "" : $" [{attempt.Faults}]")}",
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
            if (attempt.RedirectedTo is { } target)
            {
                json.WriteString("redirected_to", ShownUrl.Of(target));
                json.WriteBoolean("lost_by_redirect", attempt.IsLostByRedirect);
            }

            if (attempt.Faults != WebSoFaults.None)
                json.WriteString("faults", attempt.Faults.ToString());
        });

    // As text, the attempts say whether the event was delivered.
    public void WriteResult(WebSoSendResult result)
    {
        if (!IsJson && result.NotSentReason is null)
            return;

        Write($"Nothing was sent: {result.NotSentReason}", json =>
        {
            json.WriteString("type", "result");
            json.WriteBoolean("delivered", result.IsDelivered);
            if (result.NotSentReason is { } reason)
                json.WriteString("not_sent", reason);
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

        return EscapeFormats(Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length));
    }

    // For text from callers: removes control characters, which a terminal would act on.
    public static string Clean(string text) => LogText.Of(text, MaxTextLength);

    // Whether the receiver got the event. A 200 from a page behind a redirect is success only for the server.
    public static bool IsReceived(WebSoSendResult result) =>
        result.IsDelivered && result.Attempts.Any(attempt => attempt.IsSuccess && !attempt.IsLostByRedirect);

    // The writer escapes control characters, but not those that change the text direction. They occur only within strings.
    private static string EscapeFormats(string json)
    {
        if (!json.Any(IsFormat))
            return json;

        var escaped = new StringBuilder();
        foreach (var c in json)
            escaped.Append(IsFormat(c) ? $"\\u{(int)c:x4}" : c.ToString());
        return escaped.ToString();
    }

    private static bool IsFormat(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.Control;

    private static string ToText(Uri? redirectedTo, bool isLost) => redirectedTo is null
        ? ""
        : $", redirected to {Clean(ShownUrl.Of(redirectedTo))}{(isLost ? ", called with GET: the server takes this for success, and the event is lost" : "")}";

    private static string NameOf(WebSoDeliveryAttempt attempt) => attempt.EventName.Length == 0 ? "(no event)" : Clean(attempt.EventName);
}
