using System.Net;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// Faults of the sender are Information or Warning; faults of this process are Error. Bodies and queries are never logged.
internal static partial class InboxLog
{
    [LoggerMessage(101, LogLevel.Error, "The inbox of {Endpoint} could not be written within StoreTimeout ({Timeout}). Calls answered with 503 for this since the last line of this kind: {Count}. The server retries if webso_events_retry is set, otherwise the events are lost. Check the disk or the database. Logged at most once a minute.", EventName = "StoreTimedOut")]
    public static partial void StoreTimedOut(ILogger logger, long count, EndpointLabel endpoint, TimeSpan timeout);

    [LoggerMessage(102, LogLevel.Error, "The inbox of {Endpoint} does not accept calls. Calls answered with 503 for this since the last line of this kind: {Count}. The server retries if webso_events_retry is set, otherwise the events are lost. Latest reason: {Reason} Logged at most once a minute.", EventName = "StoreUnavailable")]
    public static partial void StoreUnavailable(ILogger logger, long count, EndpointLabel endpoint, string reason);

    [LoggerMessage(103, LogLevel.Warning, "Stored unreadable bodies at {Endpoint}, since the last line of this kind: {Count}, the latest from {RemoteAddress} as delivery {DeliveryId}: {Reason}. Answered 200. Logged at most once a minute.", EventName = "MalformedKept")]
    public static partial void MalformedKept(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string reason, Guid deliveryId);

    [LoggerMessage(104, LogLevel.Warning, "Refused unreadable bodies at {Endpoint}, since the last line of this kind: {Count}, the latest from {RemoteAddress}: {Reason}. As many as MaxMalformedCount and MaxMalformedBytes allow are stored. Answered 400. Discard stored ones with 'webso-events inbox discard --state Malformed'. Logged at most once a minute.", EventName = "MalformedRefused")]
    public static partial void MalformedRefused(ILogger logger, long count, EndpointLabel endpoint, IPAddress? remoteAddress, string reason);

    [LoggerMessage(105, LogLevel.Information, "Duplicates at {Endpoint} since the last line of this kind: {Count}. The latest is call {ReceiveCount} for the event {Event} of document {DocumentId}, delivery {DeliveryId}. Answered 200, not handled again. Logged at most once a minute.", EventName = "Duplicate")]
    public static partial void Duplicate(ILogger logger, long count, EndpointLabel endpoint, string @event, string documentId, Guid deliveryId, int receiveCount);

    [LoggerMessage(106, LogLevel.Warning, "The event {Event} of document {DocumentId}, delivery {DeliveryId}, came 20 times to {Endpoint} and was answered with 200 each time. Such events since the last line of this kind: {Count}. Something between the server and this endpoint turns the 200 into a failure: check proxies, redirects and the time limit of the server. Logged at most once a minute.", EventName = "ManyDuplicates")]
    public static partial void ManyDuplicates(ILogger logger, long count, EndpointLabel endpoint, string @event, string documentId, Guid deliveryId);

    [LoggerMessage(107, LogLevel.Warning, "Attempt {Attempt} failed; next attempt in {Delay}: event {Event} of document {DocumentId}, delivery {DeliveryId}: {Reason} Later events of the document wait.", EventName = "Retry")]
    public static partial void Retry(ILogger logger, Exception? exception, int attempt, string delay, string @event, string documentId, Guid deliveryId, string reason);

    [LoggerMessage(108, LogLevel.Error, "The event {Event} of document {DocumentId}, delivery {DeliveryId}, is a dead letter after attempt {Attempt}: {Reason} Fix the cause, then replay it. Later events of the document {Later}.", EventName = "DeadLetter")]
    public static partial void DeadLetter(ILogger logger, Exception exception, string @event, string documentId, Guid deliveryId, int attempt, string reason, string later);

    [LoggerMessage(109, LogLevel.Error, "A handler of the event {Event} of document {DocumentId}, delivery {DeliveryId}, still runs {Grace} after HandlerTimeout canceled its token. Other deliveries are handled in its place; later events of the document wait until the handler returns or the process ends. Let the handler observe its token.", EventName = "HandlerStuck")]
    public static partial void HandlerStuck(ILogger logger, string @event, string documentId, Guid deliveryId, TimeSpan grace);

    [LoggerMessage(110, LogLevel.Warning, "This process lost the lease of the event {Event} of document {DocumentId}, delivery {DeliveryId}: it was not renewed in time. What its handlers did is not recorded, and the event is handled again.", EventName = "LeaseLost")]
    public static partial void LeaseLost(ILogger logger, string @event, string documentId, Guid deliveryId);

    [LoggerMessage(111, LogLevel.Error, "Results that could not be recorded at {Endpoint} since the last line of this kind: {Count}. The latest is that of the event {Event} of document {DocumentId}, delivery {DeliveryId}. These events are handled again. Logged at most once a minute.", EventName = "MarkFailed")]
    public static partial void MarkFailed(ILogger logger, Exception exception, long count, EndpointLabel endpoint, string @event, string documentId, Guid deliveryId);

    [LoggerMessage(112, LogLevel.Error, "The worker of {Endpoint} could not get work from the store. Failures since the last line of this kind: {Count}. It tries again each second. Logged at most once a minute.", EventName = "ClaimFailed")]
    public static partial void ClaimFailed(ILogger logger, Exception exception, long count, EndpointLabel endpoint);

    [LoggerMessage(113, LogLevel.Warning, "The worker of {Endpoint} stopped before all events were handled completely. Events left: {Count}. They are handled after the next start.", EventName = "StoppedEarly")]
    public static partial void StoppedEarly(ILogger logger, EndpointLabel endpoint, int count);

    [LoggerMessage(114, LogLevel.Error, "Events of {Endpoint} whose retention is over could not be removed. Failures since the last line of this kind: {Count}. It is tried again each minute. Logged at most once a minute.", EventName = "PurgeFailed")]
    public static partial void PurgeFailed(ILogger logger, Exception exception, long count, EndpointLabel endpoint);

    [LoggerMessage(115, LogLevel.Error, "Leases of {Endpoint} could not be renewed. Failures since the last line of this kind: {Count}. It is tried again; handlers are canceled after two thirds of the lease. Logged at most once a minute.", EventName = "RenewFailed")]
    public static partial void RenewFailed(ILogger logger, Exception exception, long count, EndpointLabel endpoint);

    [LoggerMessage(117, LogLevel.Warning, "This process has no handler for the event {Event} of document {DocumentId}, delivery {DeliveryId}, and the process that stored it had one. It waits up to {Limit} for a process that has one, and is then unhandled; later events of the document wait.", EventName = "NoHandler")]
    public static partial void NoHandler(ILogger logger, string @event, string documentId, Guid deliveryId, TimeSpan limit);

    [LoggerMessage(118, LogLevel.Error, "Calls at {Endpoint} answered with 503 at a bound of the inbox, since the last line of this kind: {Count}. {Reason} Logged at most once a minute.", EventName = "BoundReached")]
    public static partial void BoundReached(ILogger logger, long count, EndpointLabel endpoint, string reason);

    [LoggerMessage(119, LogLevel.Information, "No handler of {Endpoint} handles the event {Event}, which a process with ReceiveOnly stored. It is unhandled; replay it if a later version has a handler. Logged once per name; a name that no event type is registered for is logged again after an hour.", EventName = "Unhandled")]
    public static partial void Unhandled(ILogger logger, EndpointLabel endpoint, string @event);

    [LoggerMessage(120, LogLevel.Error, "Calls of OnDeadLetter of {Endpoint} that failed since the last line of this kind: {Count}, the latest for {What}. It is called again within two minutes, then less often, at least every 15 minutes. Logged at most once a minute.", EventName = "OnDeadLetterFailed")]
    public static partial void OnDeadLetterFailed(ILogger logger, Exception exception, long count, EndpointLabel endpoint, string what);
}
