using System.CommandLine;

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
            await using var inbox = await options.OpenAsync(parsed, cancellationToken);
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
                json.WriteBase64String("body_base64", details.Context.Body.Span);
            });
            return 0;
        });
        return command;
    }

    private static string ToText(WebSoInboxDetails details) => string.Join(
        Environment.NewLine,
        InboxPrinter.ToText(details.Entry),
        $"  endpoint   '{ToolOutput.Clean(details.Entry.EndpointName)}' at {ToolOutput.Clean(details.Context.RequestPath + details.Context.QueryString)}",
        $"  from       {details.Context.RemoteAddress}",
        $"  received   {details.Entry.Sightings} times, last {details.Entry.LastSeenAt:u}, answer {(details.Entry.IsAnswered ? "known to have gone out" : "not known to have gone out")}",
        $"  completed  {string.Join(", ", details.CompletedHandlers.Select(ToolOutput.Clean))}",
        $"  body       {ToolOutput.Clean(BodyText.Of(details.Context.Body.Span, details.Context.Charset))}");
}
