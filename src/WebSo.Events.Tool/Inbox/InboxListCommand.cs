using System.CommandLine;

namespace WebSo.Events.Tool.Inbox;

internal static class InboxListCommand
{
    public static Command Create()
    {
        var count = ValueOption.Whole("--count", "The maximum number of deliveries, from 1 to 1000.", 50, 1, 1000);
        var after = new Option<string?>("--after") { Description = "Continue after the previous page. Use the value in its last line." };
        var command = new Command("list", "Lists deliveries, newest first.") { count, after };
        var options = new InboxOptions(command, withFilter: true);
        command.SetToolAction(async (parsed, cancellationToken) =>
        {
            await using var opened = await options.OpenAsync(parsed, toRead: true, cancellationToken);
            var inbox = opened.Inbox;
            var page = await inbox.ListAsync(options.Filter(parsed), parsed.GetValue(count), parsed.GetValue(after), cancellationToken);
            var output = options.Output(parsed);
            foreach (var entry in page.Entries)
                output.Write(InboxPrinter.ToLine(entry), json => InboxPrinter.WriteJson(json, entry));
            if (page.Next is { } next)
                output.Write($"more: --after {ToolOutput.Clean(next)}", json => json.WriteString("after", next));
            return 0;
        });
        return command;
    }
}
