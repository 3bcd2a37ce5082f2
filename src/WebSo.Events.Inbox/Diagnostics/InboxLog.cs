using System.Net;
using Microsoft.Extensions.Logging;

namespace WebSo.Events.Inbox.Diagnostics;

// Faults of the sender are Information or Warning; faults of this process are Error. Bodies and queries are never logged.
internal static partial class InboxLog
{
    [LoggerMessage(101, LogLevel.Error, "The inbox of {Endpoint} could not be written within StoreTimeout ({Timeout}). Calls answered with 503 for this reason since the last message of this kind: {Count}. The server retries if webso_events_retry is set; otherwise the events are lost. Check the disk or the database. Logged at most once a minute.", EventName = "StoreTimedOut")]
    public static partial void StoreTimedOut(ILogger logger, long count, EndpointLabel endpoint, TimeSpan timeout);

    [LoggerMessage(102, LogLevel.Error, "The inbox of {Endpoint} does not accept calls. Calls answered with 503 for this reason since the last message of this kind: {Count}. The server retries if webso_events_retry is set; otherwise the events are lost. Latest reason: {Reason} Logged at most once a minute.", EventName = "StoreUnavailable")]
    public static partial void StoreUnavailable(ILogger logger, long count, EndpointLabel endpoint, string reason);

    [LoggerMessage(103, LogLevel.Warning, "Unreadable bodies stored at {Endpoint} since the last message of this kind: {Count}. The latest came from {RemoteAddress} and is delivery {DeliveryId}: {Reason}. Answered 200. Logged at most once a minute.", EventName = "MalformedKept")]
    public static partial void MalformedKept(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string reason, Guid deliveryId);

    [LoggerMessage(104, LogLevel.Warning, "Unreadable bodies refused at {Endpoint} since the last message of this kind: {Count}. The latest came from {RemoteAddress}: {Reason}. Answered 400, because MaxMalformedCount or MaxMalformedBytes is reached. Discard stored ones with 'webso-events inbox discard --state Malformed'. Logged at most once a minute.", EventName = "MalformedRefused")]
    public static partial void MalformedRefused(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string reason);

    [LoggerMessage(105, LogLevel.Information, "Duplicates at {Endpoint} since the last message of this kind: {Count}. The latest is call {ReceiveCount} for the event {Event} of document {DocumentId}, delivery {DeliveryId}. Answered 200 and not handled again. Logged at most once a minute.", EventName = "Duplicate")]
    public static partial void Duplicate(ILogger logger, long count, EndpointLabel endpoint, string @event, string documentId, Guid deliveryId, int receiveCount);

    [LoggerMessage(106, LogLevel.Warning, "The event {Event} of document {DocumentId}, delivery {DeliveryId}, was received 20 times at {Endpoint} and answered with 200 each time. Such events since the last message of this kind: {Count}. Something between the server and this endpoint turns the 200 into a failure. Check proxies, redirects and the timeout of the server. Logged at most once a minute.", EventName = "ManyDuplicates")]
    public static partial void ManyDuplicates(ILogger logger, long count, EndpointLabel endpoint, string @event, string documentId, Guid deliveryId);

    [LoggerMessage(107, LogLevel.Warning, "Attempt {Attempt} failed; next attempt in {Delay}: event {Event} of document {DocumentId}, delivery {DeliveryId}: {Reason} Later events of the document wait.", EventName = "Retry")]
    public static partial void Retry(ILogger logger, Exception? exception, int attempt, string delay, string @event, string documentId, Guid deliveryId, string reason);

    [LoggerMessage(108, LogLevel.Error, "The event {Event} of document {DocumentId}, delivery {DeliveryId}, is a dead letter after attempt {Attempt}: {Reason} Fix the cause, then replay it. Later events of the document {Later}.", EventName = "DeadLetter")]
    public static partial void DeadLetter(ILogger logger, Exception exception, string @event, string documentId, Guid deliveryId, int attempt, string reason, string later);

    [LoggerMessage(109, LogLevel.Error, "A handler of the event {Event} of document {DocumentId}, delivery {DeliveryId}, still runs {Grace} after HandlerTimeout canceled its token. Other deliveries are handled in its place; later events of the document wait until the handler returns or the process ends. Let the handler observe its token.", EventName = "HandlerStuck")]
    public static partial void HandlerStuck(ILogger logger, string @event, string documentId, Guid deliveryId, TimeSpan grace);

    [LoggerMessage(110, LogLevel.Warning, "This process lost the lease of the event {Event} of document {DocumentId}, delivery {DeliveryId}: it was not renewed in time. The results of its handlers are not recorded, and the event is handled again.", EventName = "LeaseLost")]
    public static partial void LeaseLost(ILogger logger, string @event, string documentId, Guid deliveryId);

    [LoggerMessage(111, LogLevel.Error, "Handling results could not be recorded at {Endpoint} ({Count} since the last message of this kind). The latest is for the event {Event} of document {DocumentId}, delivery {DeliveryId}. These events are handled again. Logged at most once a minute.", EventName = "MarkFailed")]
    public static partial void MarkFailed(ILogger logger, Exception exception, long count, EndpointLabel endpoint, string @event, string documentId, Guid deliveryId);

    [LoggerMessage(112, LogLevel.Error, "The worker of {Endpoint} could not claim events from the store. Failures since the last message of this kind: {Count}. It tries again every second. Logged at most once a minute.", EventName = "ClaimFailed")]
    public static partial void ClaimFailed(ILogger logger, Exception exception, long count, EndpointLabel endpoint);

    [LoggerMessage(113, LogLevel.Warning, "The worker of {Endpoint} stopped while events were still being handled. Events left: {Count}. They are handled again after the next start or by another process.", EventName = "StoppedEarly")]
    public static partial void StoppedEarly(ILogger logger, EndpointLabel endpoint, int count);

    [LoggerMessage(114, LogLevel.Error, "Events of {Endpoint} could not be removed at the end of their retention. Failures since the last message of this kind: {Count}. The removal is tried again every minute. Logged at most once a minute.", EventName = "PurgeFailed")]
    public static partial void PurgeFailed(ILogger logger, Exception exception, long count, EndpointLabel endpoint);

    [LoggerMessage(115, LogLevel.Error, "Leases of {Endpoint} could not be renewed. Failures since the last message of this kind: {Count}. The renewal is tried again. Handlers are canceled after two thirds of the lease duration. Logged at most once a minute.", EventName = "RenewFailed")]
    public static partial void RenewFailed(ILogger logger, Exception exception, long count, EndpointLabel endpoint);

    [LoggerMessage(117, LogLevel.Warning, "This process has no handler for the event {Event} of document {DocumentId}, delivery {DeliveryId}, but the process that stored it had one. It waits up to {Limit} for a process with a handler and then becomes unhandled. Later events of the document wait.", EventName = "NoHandler")]
    public static partial void NoHandler(ILogger logger, string @event, string documentId, Guid deliveryId, TimeSpan limit);

    [LoggerMessage(118, LogLevel.Error, "New calls at {Endpoint} are answered with 503, because a limit of the inbox is reached. {Reason} Calls since the last message of this kind: {Count}. Logged at most once a minute.", EventName = "BoundReached")]
    public static partial void BoundReached(ILogger logger, long count, EndpointLabel endpoint, string reason);

    [LoggerMessage(119, LogLevel.Information, "No handler is registered for the event {Event} at {Endpoint}, which a process with ReceiveOnly stored. The event is unhandled. Replay it when a later version has a handler. Logged once per event name; for a name without a registered event type, again after an hour.", EventName = "Unhandled")]
    public static partial void Unhandled(ILogger logger, EndpointLabel endpoint, string @event);

    [LoggerMessage(120, LogLevel.Error, "Failed calls of OnDeadLetter of {Endpoint} since the last message of this kind: {Count}. The last failed operation: {What}. The call is repeated within two minutes, then less often, at least every 15 minutes. Logged at most once a minute.", EventName = "OnDeadLetterFailed")]
    public static partial void OnDeadLetterFailed(ILogger logger, Exception exception, long count, EndpointLabel endpoint, string what);
}
