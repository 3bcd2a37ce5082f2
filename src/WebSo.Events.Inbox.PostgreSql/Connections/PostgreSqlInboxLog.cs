using Microsoft.Extensions.Logging;

namespace WebSo.Events.Inbox.PostgreSql.Connections;

internal static partial class PostgreSqlInboxLog
{
    [LoggerMessage(303, LogLevel.Warning, "The inbox {Inbox} can't receive notifications: {Reason} Until notifications work again, this instance finds the events that other instances store by polling.", EventName = "ListenFailed")]
    public static partial void ListenFailed(ILogger logger, string inbox, string reason);

    [LoggerMessage(304, LogLevel.Warning, "The server of the inbox {Inbox} runs with fsync=off, so events that were answered with 200 do not survive a power failure. Set fsync=on.", EventName = "FsyncOff")]
    public static partial void FsyncOff(ILogger logger, string inbox);

    [LoggerMessage(309, LogLevel.Warning, "The inbox {Inbox} can't notify other instances: {Reason} Until notifications work again, other instances find its events by polling.", EventName = "NotifyFailed")]
    public static partial void NotifyFailed(ILogger logger, string inbox, string reason);

    [LoggerMessage(311, LogLevel.Warning, "The inbox {Inbox} uses the TimeProvider of the services instead of the clock of the database. Use this in tests only, because instances with different clocks disagree about leases.", EventName = "ForeignClock")]
    public static partial void ForeignClock(ILogger logger, string inbox);
}
