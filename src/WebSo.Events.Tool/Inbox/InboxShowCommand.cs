using System.CommandLine;
using System.Globalization;

namespace WebSo.Events;

internal static class InboxShowCommand
{
    public static Command Create()
    {
        var id = new Argument<Guid>("ID")
        {
            Description = "The delivery ID, as 'list' shows it.",
            CustomParser = ValueOption.Parser<Guid>("ID", "a delivery ID, as 'list' shows it", Guid.TryParse),
        };
        var command = new Command("show", "Shows all that is kept of one event, its body included.") { id };
        var options = new InboxOptions(command, withFilter: false);
        command.SetToolAction(async (parsed, cancellationToken) =>
        {
            await using var opened = await options.OpenAsync(parsed, cancellationToken);
            var inbox = opened.Inbox;
            if (await inbox.GetAsync(parsed.GetRequiredValue(id), cancellationToken) is not { } details)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"There is no event {parsed.GetRequiredValue(id)} in this inbox.");
                return ToolAction.Failed;
            }

            options.Output(parsed).Write(ToText(details), json =>
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
            });
            return 0;
        });
        return command;
    }

    private static string OutcomeToText(WebSoInboxOutcome outcome) =>
        $"  run {outcome.Run,-6} {(outcome.HandlerName is { } handler ? ToolOutput.Clean(handler) + " completed" : "ended as " + outcome.State)} at {outcome.EndedAt:u}, "
            + $"attempt {outcome.Attempts}, {outcome.Duration.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture)} ms";

    private static string ToText(WebSoInboxDetails details) => string.Join(
        Environment.NewLine,
        InboxPrinter.ToText(details.Entry),
        $"  endpoint   '{ToolOutput.Clean(details.Entry.EndpointName)}' at {ToolOutput.Clean(details.Context.RequestPath + details.Context.QueryString)}",
        $"  from       {details.Context.RemoteAddress}",
        $"  received   {details.Entry.ReceiveCount} {(details.Entry.ReceiveCount == 1 ? "time" : "times")}, last {details.Entry.LastReceivedAt:u}",
        string.Join(Environment.NewLine, details.Outcomes.Select(OutcomeToText)),
        $"  body       {ToolOutput.Clean(BodyText.Of(details.Context.Body.Span, details.Context.Charset))}");
}
