using System.CommandLine;
using System.Globalization;

namespace WebSo.Events.Tool.Inbox;

internal static class InboxStatsCommand
{
    public static Command Create()
    {
        var command = new Command("stats", "Counts deliveries by state, and shows the age of the oldest pending delivery.");
        var options = new InboxOptions(command, withFilter: false);
        command.SetToolAction(async (parsed, cancellationToken) =>
        {
            await using var opened = await options.OpenAsync(parsed, toRead: true, cancellationToken);
            var inbox = opened.Inbox;
            var counts = await inbox.CountAsync(cancellationToken);
            var backlog = await inbox.GetBacklogAsync(cancellationToken);
            var lines = counts.OrderBy(count => count.Key).Select(count => $"{count.Key,-10} {count.Value.ToString(CultureInfo.InvariantCulture),10}")
                .Append($"oldest pending: {backlog.OldestAge?.ToString("c", CultureInfo.InvariantCulture) ?? "none"}")
                .Concat(backlog.HeldDocuments > 0 ? [$"documents held by a dead letter: {backlog.HeldDocuments.ToString(CultureInfo.InvariantCulture)}"] : [])
                .Concat(backlog.PausedEndpoints.Select(name => $"paused: {InboxPrinter.Endpoint(name)}"));
            options.Output(parsed).Write(string.Join(Environment.NewLine, lines), json =>
            {
                json.WriteStartObject("counts");
                foreach (var count in counts.OrderBy(count => count.Key))
                    json.WriteNumber(count.Key.ToString(), count.Value);
                json.WriteEndObject();
                if (backlog.OldestAge is { } age)
                    json.WriteNumber("oldest_age_ms", age.TotalMilliseconds);
                json.WriteNumber("held_documents", backlog.HeldDocuments);
                json.WriteStartArray("paused");
                foreach (var name in backlog.PausedEndpoints)
                    json.WriteStringValue(name);
                json.WriteEndArray();
            });
            return 0;
        });
        return command;
    }
}
