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
            await using var opened = await options.OpenAsync(parsed, toRead: true, cancellationToken);
            var inbox = opened.Inbox;
            if (await inbox.GetAsync(parsed.GetRequiredValue(id), cancellationToken) is not { } details)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"There is no event {parsed.GetRequiredValue(id)} in this inbox.");
                return ToolAction.Failed;
            }

            options.Output(parsed).Write(DetailsPrinter.ToText(details), json => DetailsPrinter.WriteJson(json, details));
            return 0;
        });
        return command;
    }
}
