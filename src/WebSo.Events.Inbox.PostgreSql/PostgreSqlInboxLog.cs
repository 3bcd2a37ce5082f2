using Microsoft.Extensions.Logging;

namespace WebSo.Events;

internal static partial class PostgreSqlInboxLog
{
    [LoggerMessage(301, LogLevel.Error, "The inbox {Inbox} can't be written: {Reason} Events wait, and are answered with 503 after StoreTimeout. It is tried again until it succeeds.", EventName = "WriteFailed")]
    public static partial void WriteFailed(ILogger logger, string inbox, string reason, Exception exception);

    [LoggerMessage(302, LogLevel.Information, "The inbox {Inbox} can be written again.", EventName = "WriteRecovered")]
    public static partial void Recovered(ILogger logger, string inbox);

    [LoggerMessage(303, LogLevel.Warning, "The inbox {Inbox} got no notifications: {Reason} Events of other instances are found by polling until it is mended.", EventName = "ListenFailed")]
    public static partial void ListenFailed(ILogger logger, string inbox, string reason);

    [LoggerMessage(304, LogLevel.Warning, "The server of the inbox {Inbox} runs with fsync off: what is answered with 200 does not survive a power cut. Switch it on.", EventName = "FsyncOff")]
    public static partial void FsyncOff(ILogger logger, string inbox);

    [LoggerMessage(305, LogLevel.Warning, "A queue of the inbox {Inbox} is locked by another process for long; what is to be written to it waits, all else goes on.", EventName = "HeldUp")]
    public static partial void HeldUp(ILogger logger, string inbox);

    [LoggerMessage(306, LogLevel.Warning, "The inbox {Inbox} can't be reached: {Reason} Claims and renewals wait, and go on by themselves.", EventName = "Waiting")]
    public static partial void Waiting(ILogger logger, string inbox, string reason);

    [LoggerMessage(307, LogLevel.Information, "The inbox {Inbox} can be reached again.", EventName = "WaitOver")]
    public static partial void WaitOver(ILogger logger, string inbox);

    [LoggerMessage(309, LogLevel.Warning, "The inbox {Inbox} could not notify other instances: {Reason} They find its events by polling until it is mended.", EventName = "NotifyFailed")]
    public static partial void NotifyFailed(ILogger logger, string inbox, string reason);

    [LoggerMessage(310, LogLevel.Error, "The writer of the inbox {Inbox} failed, and goes on. What it was writing is answered with 503.", EventName = "WriterFailed")]
    public static partial void WriterFailed(ILogger logger, string inbox, Exception exception);

    [LoggerMessage(311, LogLevel.Warning, "The inbox {Inbox} takes the time from the TimeProvider of the services and not from the database: that is for tests. Instances whose clocks differ would disagree on leases.", EventName = "ForeignClock")]
    public static partial void ForeignClock(ILogger logger, string inbox);

    [LoggerMessage(312, LogLevel.Error, "A listener of work at the endpoint '{Endpoint}' in the inbox {Inbox} failed. All else goes on; the work is found by polling.", EventName = "ListenerFailed")]
    public static partial void ListenerFailed(ILogger logger, string endpoint, string inbox, Exception exception);

    [LoggerMessage(308, LogLevel.Error, "An event of the endpoint '{Endpoint}' in the inbox {Inbox}, delivery {DeliveryId}, can't be read: {Reason}. It is a dead letter, and can be replayed once it is mended; later events of its document go on.", EventName = "Unreadable")]
    public static partial void Unreadable(ILogger logger, string endpoint, string inbox, Guid deliveryId, string reason);
}
