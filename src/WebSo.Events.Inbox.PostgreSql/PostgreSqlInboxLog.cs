using Microsoft.Extensions.Logging;

namespace WebSo.Events;

internal static partial class PostgreSqlInboxLog
{
    [LoggerMessage(303, LogLevel.Warning, "{Inbox} receives no notifications: {Reason} Events that other instances store are found by polling until notifications work again.", EventName = "ListenFailed")]
    public static partial void ListenFailed(ILogger logger, string inbox, string reason);

    [LoggerMessage(304, LogLevel.Warning, "The server of {Inbox} runs with fsync off: events answered with 200 do not survive a power failure. Set fsync to on.", EventName = "FsyncOff")]
    public static partial void FsyncOff(ILogger logger, string inbox);

    [LoggerMessage(309, LogLevel.Warning, "{Inbox} can't notify other instances: {Reason} They find its events by polling until notifications work again.", EventName = "NotifyFailed")]
    public static partial void NotifyFailed(ILogger logger, string inbox, string reason);

    [LoggerMessage(311, LogLevel.Warning, "{Inbox} takes the time from the TimeProvider of the services instead of the database. Use this in tests only: instances whose clocks differ disagree on leases.", EventName = "ForeignClock")]
    public static partial void ForeignClock(ILogger logger, string inbox);
}
