using System.CommandLine;

namespace WebSo.Events;

internal static class InboxCommand
{
    public static Command Create() => new("inbox", "Searches the inbox of an application and operates it, whether the application runs or not.")
    {
        InboxStatsCommand.Create(),
        InboxListCommand.Create(),
        InboxShowCommand.Create(),
        InboxChangeCommand.CreateReplay(),
        InboxChangeCommand.CreateDiscard(),
        InboxPauseCommand.CreatePause(),
        InboxPauseCommand.CreateResume(),
        InboxChangeCommand.CreateErase(),
        InboxBackupCommand.Create(),
        InboxSchemaCommand.Create(),
    };
}
