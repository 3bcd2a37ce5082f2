using Microsoft.Extensions.Logging;

namespace WebSo.Events.Engine;

internal static partial class EngineLog
{
    [LoggerMessage(201, LogLevel.Error, "{Inbox} can't be written: {Reason} Calls wait, and are answered with 503 after StoreTimeout. Writing is retried until it succeeds; this is logged at most once a minute.", EventName = "WriteFailed")]
    public static partial void WriteFailed(ILogger logger, string inbox, string reason, Exception exception);

    [LoggerMessage(202, LogLevel.Information, "{Inbox} can be written again.", EventName = "WriteRecovered")]
    public static partial void Recovered(ILogger logger, string inbox);

    [LoggerMessage(205, LogLevel.Error, "A delivery of {Endpoint} in {Inbox} can't be read, delivery {DeliveryId}: {Reason} {Result} Repair the row, then replay it.", EventName = "UnreadableRow")]
    public static partial void UnreadableRow(ILogger logger, EndpointLabel endpoint, string inbox, Guid? deliveryId, string reason, string result);

    [LoggerMessage(EventId = 209, EventName = "Erased", Message = "Erased a document at an operator's request, of {Endpoint} in {Inbox}. Deliveries: {Count}. The SHA-256 hash of the document ID begins with {DocumentHash}. Left because they are being handled: {BeingHandled}. Result: {Result}")]
    public static partial void Erased(ILogger logger, LogLevel level, long count, string documentHash, string endpoint, string inbox, long beingHandled, string result);

    [LoggerMessage(208, LogLevel.Warning, "The clock of {Inbox} stepped back by {Step} at {Endpoint}. Retries that were due in that time are due now, and calls seen in that time make nothing a duplicate. Check the time synchronization of the machine.", EventName = "ClockSteppedBack")]
    public static partial void ClockSteppedBack(ILogger logger, EndpointLabel endpoint, string inbox, TimeSpan step);
}
