using System.CommandLine;
using System.Globalization;

namespace WebSo.Events.Tool.Inbox;

// The commands replay, discard, and erase. They change all matching deliveries, or with --dry-run count them.
internal static class InboxChangeCommand
{
    public static Command CreateReplay() => Create(
        "replay",
        "Runs all handlers again, with the same delivery ID, for dead letters, unhandled deliveries, handled deliveries, and malformed deliveries that can be "
            + "read now. With --state Pending, retries pending deliveries immediately. With --state Discarded, replays discarded deliveries.",
        (inbox, filter, cancellationToken) => inbox.ReplayAsync(filter, cancellationToken));

    public static Command CreateDiscard() => Create(
        "discard",
        "Discards pending deliveries, dead letters, unhandled deliveries, and malformed deliveries, so that they are not handled. Later deliveries of the same document are handled.",
        (inbox, filter, cancellationToken) => inbox.DiscardAsync(filter, cancellationToken));

    public static Command CreateErase()
    {
        var document = new Option<string>("--document-id") { Description = "The ID of the document. Case-sensitive.", Required = true };
        var command = new Command("erase", "Erases everything that is stored about a document: bodies, IDs, handlers, and errors. This can't be undone.") { document };
        document.Validators.Add(result =>
        {
            if (string.IsNullOrEmpty(result.GetValue(document)))
                result.AddError("--document-id is empty. Specify the ID of a document.");
        });
        return WithAction(command, new InboxOptions(command, withFilter: false), "erase", async (inbox, parsed, cancellationToken) =>
        {
            try
            {
                return await inbox.EraseDocumentAsync(parsed.GetRequiredValue(document), cancellationToken);
            }
            catch (InvalidOperationException beingHandled)
            {
                throw new WebSoInboxStoreException(beingHandled.Message, beingHandled);
            }
        });
    }

    private static Command Create(string name, string description, Func<WebSoInbox, WebSoInboxFilter, CancellationToken, ValueTask<long>> change)
    {
        var command = new Command(name, description + " Requires at least one of --id, --document-id, --event, --state, --from, and --before.");
        var options = new InboxOptions(command, withFilter: true);
        return WithAction(command, options, name, async (inbox, parsed, cancellationToken) => (await change(inbox, options.Filter(parsed), cancellationToken), null));
    }

    // Traces: data that an erase can leave behind, and how to remove it.
    private static Command WithAction(
        Command command, InboxOptions options, string name, Func<WebSoInbox, ParseResult, CancellationToken, ValueTask<(long Count, string? Traces)>> change)
    {
        var preview = new Option<bool>("--dry-run") { Description = "Change nothing, and print the number of matching deliveries." };
        command.Add(preview);
        command.SetToolAction(async (parsed, cancellationToken) =>
        {
            var isPreview = parsed.GetValue(preview);
            await using var opened = await options.OpenAsync(parsed, isPreview, cancellationToken);
            var (count, traces) = await change(opened.Inbox, parsed, cancellationToken);
            var output = options.Output(parsed);
            var deliveries = string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "delivery" : "deliveries")}");
            output.Write($"{name}: {deliveries}{(isPreview ? " would be changed" : "")}", json =>
            {
                json.WriteString("type", name);
                json.WriteNumber("deliveries", count);
                json.WriteBoolean("dry_run", isPreview);
                if (traces is not null)
                    json.WriteString("traces", traces);
            });
            if (traces is not null && !output.IsJson)
                await parsed.InvocationConfiguration.Error.WriteLineAsync(ToolOutput.Clean($"{name}: {traces}."));
            return count > 0 ? 0 : ToolAction.Failed;
        });
        return command;
    }
}
