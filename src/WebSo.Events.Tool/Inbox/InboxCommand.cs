using System.CommandLine;

namespace WebSo.Events;

internal static class InboxCommand
{
    public static Command Create() => new("inbox", "Looks into the inbox of an application and operates it, while the application runs or not.")
    {
        InboxStatsCommand.Create(),
        InboxListCommand.Create(),
        InboxShowCommand.Create(),
        InboxChangeCommand.Create(
            "replay",
            "Lets dead letters, unhandled and handled events be handled again, by all handlers and with the same delivery ID. Discarded ones only with --state Discarded.",
            (inbox, filter, cancellationToken) => inbox.ReplayAsync(filter, cancellationToken)),
        InboxChangeCommand.Create(
            "discard",
            "Takes pending events, dead letters, unhandled and malformed ones out.",
            (inbox, filter, cancellationToken) => inbox.DiscardAsync(filter, cancellationToken)),
        InboxSchemaCommand.Create(),
    };
}
