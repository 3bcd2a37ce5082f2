using System.Net;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// What the sender does wrong is Information or Warning; what we do wrong is Error. No body and no query is ever logged.
internal static partial class InboxLog
{
    [LoggerMessage(101, LogLevel.Error, "The inbox of the endpoint '{Endpoint}' could not be written within StoreTimeout ({Timeout}). Calls answered with 503 for this since the last line of this kind: {Count}. The server retries if webso_events_retry is set, otherwise the events are lost. Check the disk or the database. Logged at most once a minute.", EventName = "StoreTimedOut")]
    public static partial void StoreTimedOut(ILogger logger, long count, string endpoint, TimeSpan timeout);

    [LoggerMessage(102, LogLevel.Error, "The inbox of the endpoint '{Endpoint}' does not accept events. Calls answered with 503 for this since the last line of this kind: {Count}. The server retries if webso_events_retry is set, otherwise the events are lost. Latest reason: {Reason} Logged at most once a minute.", EventName = "StoreUnavailable")]
    public static partial void StoreUnavailable(ILogger logger, long count, string endpoint, string reason);

    [LoggerMessage(103, LogLevel.Warning, "Stored unreadable bodies at the endpoint '{Endpoint}', since the last line of this kind: {Count}, the latest from {RemoteAddress} as delivery {DeliveryId}: {Reason}. Answered 200. Logged at most once a minute.", EventName = "MalformedKept")]
    public static partial void MalformedKept(ILogger logger, long count, string endpoint, IPAddress? remoteAddress, string reason, Guid deliveryId);

    [LoggerMessage(104, LogLevel.Warning, "Refused {Count} bodies at the endpoint '{Endpoint}' since the last line of this kind, the latest from {RemoteAddress}, that are no events; the latest: {Reason}. As many as MaxMalformedCount and MaxMalformedBytes allow are kept already. Answered 400. This is said at most once a minute.", EventName = "MalformedRefused")]
    public static partial void MalformedRefused(ILogger logger, long count, string endpoint, IPAddress? remoteAddress, string reason);

    [LoggerMessage(105, LogLevel.Information, "Duplicates at the endpoint '{Endpoint}' since the last line of this kind: {Count}. The latest is call {Sighting} for the event {Event} of document {DocumentId}, delivery {DeliveryId}, a duplicate because {Reason}. Answered 200, not handled again. Logged at most once a minute.", EventName = "Repeat")]
    public static partial void Repeat(ILogger logger, long count, string endpoint, string @event, string documentId, Guid deliveryId, int sighting, string reason);

    [LoggerMessage(106, LogLevel.Warning, "The event {Event} of document {DocumentId}, delivery {DeliveryId}, came 20 times to the endpoint '{Endpoint}' and was answered with 200 each time. Such events since the last line of this kind: {Count}. Something between the server and this endpoint turns the 200 into a failure: check proxies, redirects and the time limit of the server. Logged at most once a minute.", EventName = "ManyRepeats")]
    public static partial void ManyRepeats(ILogger logger, long count, string endpoint, string @event, string documentId, Guid deliveryId);

    [LoggerMessage(107, LogLevel.Warning, "The handling of the event {Event} of document {DocumentId}, delivery {DeliveryId}, failed in attempt {Attempt}: {Reason} It is tried again in {Delay}; later events of the document wait.", EventName = "Retry")]
    public static partial void Retry(ILogger logger, Exception exception, string @event, string documentId, Guid deliveryId, int attempt, string reason, TimeSpan delay);

    [LoggerMessage(108, LogLevel.Error, "The event {Event} of document {DocumentId}, delivery {DeliveryId}, is a dead letter after attempt {Attempt}: {Reason} It is kept, and can be replayed; later events of the document go on.", EventName = "DeadLetter")]
    public static partial void DeadLetter(ILogger logger, Exception exception, string @event, string documentId, Guid deliveryId, int attempt, string reason);

    [LoggerMessage(109, LogLevel.Error, "A handler of the event {Event} of document {DocumentId}, delivery {DeliveryId}, runs on {Grace} after HandlerTimeout cancelled its token. Others are handled in its place; the document is held until the handler returns or the process ends.", EventName = "HandlerStuck")]
    public static partial void HandlerStuck(ILogger logger, string @event, string documentId, Guid deliveryId, TimeSpan grace);

    [LoggerMessage(110, LogLevel.Warning, "This process has lost the event {Event} of document {DocumentId}, delivery {DeliveryId}: it did not renew its claim in time. What its handlers did is not noted, and another process handles the event again.", EventName = "ClaimLost")]
    public static partial void ClaimLost(ILogger logger, string @event, string documentId, Guid deliveryId);

    [LoggerMessage(111, LogLevel.Error, "What became of the event {Event} of document {DocumentId}, delivery {DeliveryId}, could not be noted, so it is handled again later.", EventName = "MarkFailed")]
    public static partial void MarkFailed(ILogger logger, Exception exception, string @event, string documentId, Guid deliveryId);

    [LoggerMessage(112, LogLevel.Error, "The worker of the endpoint '{Endpoint}' got no work from the store. It asks again.", EventName = "ClaimFailed")]
    public static partial void ClaimFailed(ILogger logger, Exception exception, string endpoint);

    [LoggerMessage(113, LogLevel.Warning, "The worker of the endpoint '{Endpoint}' stopped with {Count} events that were not handled to their end. They are handled at the next start.", EventName = "StoppedEarly")]
    public static partial void StoppedEarly(ILogger logger, string endpoint, int count);

    [LoggerMessage(114, LogLevel.Error, "Old events of the endpoint '{Endpoint}' could not be removed. It is tried again.", EventName = "PurgeFailed")]
    public static partial void PurgeFailed(ILogger logger, Exception exception, string endpoint);

    [LoggerMessage(115, LogLevel.Error, "The claims of the endpoint '{Endpoint}' could not be renewed within two thirds of their lease, so their handlers are cancelled.", EventName = "RenewFailed")]
    public static partial void RenewFailed(ILogger logger, Exception exception, string endpoint);

    [LoggerMessage(116, LogLevel.Error, "The handling of the event {Event} of document {DocumentId}, delivery {DeliveryId}, failed outside its handlers. It is tried again in {Delay}; later events of the document wait.", EventName = "HandlingFailed")]
    public static partial void HandlingFailed(ILogger logger, Exception exception, string @event, string documentId, Guid deliveryId, TimeSpan delay);

    [LoggerMessage(117, LogLevel.Warning, "This process has no handler for the event {Event} of document {DocumentId}, delivery {DeliveryId}, and the one that stored it had. It waits for a process that has one, up to {Limit}, and is then unhandled; later events of the document wait.", EventName = "NoHandler")]
    public static partial void NoHandler(ILogger logger, string @event, string documentId, Guid deliveryId, TimeSpan limit);

    [LoggerMessage(118, LogLevel.Warning, "Removed {Count} events of the endpoint '{Endpoint}' that have no handler, the oldest: more came than MaxUnhandledCount and MaxUnhandledBytes let be kept. Let the server send only what is wanted (webso_events_filter), or filter it here (Filter).", EventName = "UnhandledRemoved")]
    public static partial void UnhandledRemoved(ILogger logger, string endpoint, long count);
}
