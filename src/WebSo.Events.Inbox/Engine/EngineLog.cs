using Microsoft.Extensions.Logging;

namespace WebSo.Events.Inbox.Engine;

internal static partial class EngineLog
{
    [LoggerMessage(201, LogLevel.Error, "The inbox {Inbox} can't be written: {Reason} Calls wait, and are answered with 503 after StoreTimeout. Writing is retried until it succeeds. Logged at most once a minute.", EventName = "WriteFailed")]
    public static partial void WriteFailed(ILogger logger, string inbox, string reason, Exception exception);

    [LoggerMessage(202, LogLevel.Information, "The inbox {Inbox} can be written again.", EventName = "WriteRecovered")]
    public static partial void Recovered(ILogger logger, string inbox);

    [LoggerMessage(205, LogLevel.Error, "A delivery of {Endpoint} in the inbox {Inbox} can't be read, delivery {DeliveryId}: {Reason} {Result} Repair the row, then replay it.", EventName = "UnreadableRow")]
    public static partial void UnreadableRow(ILogger logger, EndpointLabel endpoint, string inbox, Guid? deliveryId, string reason, string result);

    [LoggerMessage(EventId = 209, EventName = "Erased", Message = "A document of {Endpoint} in the inbox {Inbox} was erased. Erased deliveries: {Count}. Deliveries that are being handled and were not erased: {BeingHandled}. The SHA-256 hash of the document ID starts with {DocumentHash}. Result: {Result}")]
    public static partial void Erased(ILogger logger, LogLevel level, long count, string documentHash, string endpoint, string inbox, long beingHandled, string result);

    [LoggerMessage(208, LogLevel.Warning, "The clock of the inbox {Inbox} stepped back by {Step}, seen at {Endpoint}. Retries that were due in that time are due now, and calls received in that time are not used to recognize duplicates. Check the time synchronization of the machine.", EventName = "ClockSteppedBack")]
    public static partial void ClockSteppedBack(ILogger logger, EndpointLabel endpoint, string inbox, TimeSpan step);

    [LoggerMessage(210, LogLevel.Debug, "The inbox {Inbox} could not release the space of removed deliveries: {Reason} A later purge releases it.", EventName = "SpaceNotReleased")]
    public static partial void SpaceNotReleased(ILogger logger, string inbox, string reason);
}
