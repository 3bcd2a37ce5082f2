using System.CommandLine;

namespace WebSo.Events.Tool.Inbox;

internal static class InboxShowCommand
{
    public static Command Create()
    {
        var id = new Argument<Guid>("ID")
        {
            Description = "The delivery ID that 'list' shows.",
            CustomParser = ValueOption.Parser<Guid>("ID", "a delivery ID like the ones that 'list' shows", Guid.TryParse),
        };
        var command = new Command("show", "Shows everything that is stored about one delivery, including its body.") { id };
        var options = new InboxOptions(command, withFilter: false);
        command.SetToolAction(async (parsed, cancellationToken) =>
        {
            await using var opened = await options.OpenAsync(parsed, toRead: true, cancellationToken);
            var inbox = opened.Inbox;
            if (await inbox.GetAsync(parsed.GetRequiredValue(id), cancellationToken) is not { } details)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"There is no delivery {parsed.GetRequiredValue(id)} in this inbox. Use 'list' to find its ID.");
                return ToolAction.Failed;
            }

            options.Output(parsed).Write(DetailsPrinter.ToText(details), json => DetailsPrinter.WriteJson(json, details));
            return 0;
        });
        return command;
    }
}
