using System.CommandLine;
using System.Globalization;

namespace WebSo.Events;

// replay, discard and erase: they change all deliveries that match, or count them.
internal static class InboxChangeCommand
{
    public static Command CreateReplay() => Create(
        "replay",
        "Lets dead letters, unhandled and handled deliveries be handled again, by all handlers and with the same delivery ID; also malformed ones that can "
            + "be read now. With --state Pending it ends the wait for the next attempt; with --state Discarded it takes discarded ones.",
        (inbox, filter, cancellationToken) => inbox.ReplayAsync(filter, cancellationToken));

    public static Command CreateDiscard() => Create(
        "discard",
        "Takes pending deliveries, dead letters, unhandled and malformed ones out. The next delivery of their document is handled.",
        (inbox, filter, cancellationToken) => inbox.DiscardAsync(filter, cancellationToken));

    public static Command CreateErase()
    {
        var document = new Option<string>("--document-id") { Description = "The document. Compared exactly.", Required = true };
        var command = new Command("erase", "Erases all that is stored of a document: bodies, IDs, handlers, errors. It can't be undone.") { document };
        document.Validators.Add(result =>
        {
            if (string.IsNullOrEmpty(result.GetValue(document)))
                result.AddError("--document-id is empty: give the ID of a document.");
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
        var command = new Command(name, description + " Give at least one of --id, --document-id, --event, --state, --from and --before.");
        var options = new InboxOptions(command, withFilter: true);
        return WithAction(command, options, name, async (inbox, parsed, cancellationToken) => (await change(inbox, options.Filter(parsed), cancellationToken), null));
    }

    // Traces: what an erase may have left, and how to remove it.
    private static Command WithAction(
        Command command, InboxOptions options, string name, Func<WebSoInbox, ParseResult, CancellationToken, ValueTask<(long Count, string? Traces)>> change)
    {
        var preview = new Option<bool>("--dry-run") { Description = "Change nothing; say how many deliveries would be changed." };
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
