using System.CommandLine;

namespace WebSo.Events;

// replay and discard: a change of all events that a filter lets through.
internal static class InboxChangeCommand
{
    public static Command Create(string name, string description, Func<IWebSoInbox, WebSoInboxFilter, CancellationToken, ValueTask<long>> change)
    {
        var command = new Command(name, description + " Give at least one of --id, --document-id, --event, --state, --from and --before.");
        var options = new InboxOptions(command, withFilter: true);
        command.SetToolAction(async (parsed, cancellationToken) =>
        {
            await using var opened = await options.OpenAsync(parsed, cancellationToken);
            var inbox = opened.Inbox;
            var count = await change(inbox, options.Filter(parsed), cancellationToken);
            options.Output(parsed).Write($"{name}: {count} events", json =>
            {
                json.WriteString("type", name);
                json.WriteNumber("events", count);
            });
            return count > 0 ? 0 : ToolAction.Failed;
        });
        return command;
    }
}
