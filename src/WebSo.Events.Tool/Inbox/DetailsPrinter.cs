using System.Globalization;
using System.Text.Json;

namespace WebSo.Events.Tool.Inbox;

// Prints a delivery with its outcomes and body.
internal static class DetailsPrinter
{
    public static string ToText(WebSoInboxDetails details)
    {
        var (entry, context) = (details.Entry, details.Context);
        List<string> lines =
        [
            InboxPrinter.ToHeader(entry),
            Line("endpoint", $"{InboxPrinter.Endpoint(entry.EndpointName)}, path {ToolOutput.Clean(context.RequestPath + context.QueryString)}"),
        ];
        if (context.RemoteAddress is { } address)
            lines.Add(Line("from", address.ToString()));
        if (context.CorrelationId is { } correlation)
            lines.Add(Line("correlation", ToolOutput.Clean(correlation)));
        lines.Add(Line("received", $"{entry.ReceiveCount} {(entry.ReceiveCount == 1 ? "time" : "times")}, last {entry.LastReceivedAt:u}"));
        foreach (var outcome in details.Outcomes)
        {
            lines.Add(Line($"run {outcome.Run}", ToText(outcome)));
            lines.AddRange(outcome.Error is { } error ? InboxPrinter.ToIndentedLines(error) : []);
        }

        // A run that has not ended has no outcome yet, so its error is printed here.
        if (entry is { EndedAt: null, LastError: { } last })
        {
            lines.Add("  last error");
            lines.AddRange(InboxPrinter.ToIndentedLines(last));
        }

        lines.Add(Line("body", ToolOutput.Clean(details.BodyError is { } damage ? $"(can't be read: {damage})" : BodyText.Of(context.Body.Span, context.Charset))));
        return string.Join(Environment.NewLine, lines);
    }

    public static void WriteJson(Utf8JsonWriter json, WebSoInboxDetails details)
    {
        InboxPrinter.WriteJson(json, details.Entry);
        json.WriteString("path", details.Context.RequestPath);
        json.WriteString("query", details.Context.QueryString);
        json.WriteString("remote_address", details.Context.RemoteAddress?.ToString());
        json.WriteString("correlation_id", details.Context.CorrelationId);
        json.WriteStartArray("completed_handlers");
        foreach (var handler in details.CompletedHandlers)
            json.WriteStringValue(handler);
        json.WriteEndArray();
        json.WriteStartArray("outcomes");
        foreach (var outcome in details.Outcomes)
        {
            json.WriteStartObject();
            json.WriteNumber("run", outcome.Run);
            json.WriteString("handler", outcome.HandlerName);
            json.WriteString("state", outcome.State.ToString());
            json.WriteString("ended_at", outcome.EndedAt);
            json.WriteNumber("attempts", outcome.Attempts);
            json.WriteNumber("duration_ms", outcome.Duration.TotalMilliseconds);
            json.WriteString("error", outcome.Error);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBase64String("body_base64", details.Context.Body.Span);
        json.WriteString("body_error", details.BodyError);
    }

    // A run without an attempt, such as an unhandled delivery, has no duration.
    private static string ToText(WebSoInboxOutcome outcome) =>
        $"{(outcome.HandlerName is { } handler ? ToolOutput.Clean(handler) + " completed" : "ended as " + outcome.State)} at {outcome.EndedAt:u}"
            + (outcome.Attempts == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", attempt {outcome.Attempts}, {outcome.Duration.TotalMilliseconds:F0} ms"));

    private static string Line(string name, string value) => $"  {name,-11} {value}";
}
