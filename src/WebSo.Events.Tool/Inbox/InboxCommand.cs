using System.CommandLine;

namespace WebSo.Events.Tool.Inbox;

internal static class InboxCommand
{
    public static Command Create() => new("inbox", "Searches and operates the inbox of an application. The application can be running or stopped.")
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
