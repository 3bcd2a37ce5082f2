using System.Net;
using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// What the sender does wrong is Information or Warning; what we do wrong is Error. No body and no query is ever logged.
internal static partial class InboxLog
{
    [LoggerMessage(101, LogLevel.Error, "The inbox of the endpoint '{Endpoint}' could not be written within StoreTimeout, {Timeout}. Answered 503: the server repeats the event if its webso_events_retry says so, else it is lost.", EventName = "StoreTimedOut")]
    public static partial void StoreTimedOut(ILogger logger, string endpoint, TimeSpan timeout);

    [LoggerMessage(102, LogLevel.Error, "The inbox of the endpoint '{Endpoint}' does not take an event: {Reason} Answered 503: the server repeats the event if its webso_events_retry says so, else it is lost.", EventName = "StoreUnavailable")]
    public static partial void StoreUnavailable(ILogger logger, string endpoint, string reason);

    [LoggerMessage(103, LogLevel.Warning, "Kept a body at the endpoint '{Endpoint}' from {RemoteAddress} that is no event, as {DeliveryId}: {Reason}. Answered 200.", EventName = "MalformedKept")]
    public static partial void MalformedKept(ILogger logger, string endpoint, IPAddress? remoteAddress, string reason, Guid deliveryId);

    [LoggerMessage(104, LogLevel.Warning, "Refused {Count} bodies at the endpoint '{Endpoint}' since the last line of this kind, the latest from {RemoteAddress}, that are no events; the latest: {Reason}. As many as MaxMalformedCount and MaxMalformedBytes allow are kept already. Answered 400. This is said at most once a minute.", EventName = "MalformedRefused")]
    public static partial void MalformedRefused(ILogger logger, long count, string endpoint, IPAddress? remoteAddress, string reason);

    [LoggerMessage(105, LogLevel.Information, "A call at the endpoint '{Endpoint}' repeats the event {Event} of document {DocumentId}, delivery {DeliveryId}; it is its call {Sighting}, and a repeat because {Reason}. Answered 200, not handled again.", EventName = "Repeat")]
    public static partial void Repeat(ILogger logger, string endpoint, string @event, string documentId, Guid deliveryId, int sighting, string reason);

    [LoggerMessage(106, LogLevel.Warning, "The event {Event} of document {DocumentId}, delivery {DeliveryId}, came {Count} times to the endpoint '{Endpoint}', and was answered with 200 each time. Something between the server and this endpoint turns the 200 into a failure: look at proxies, redirects and the server's own time limit.", EventName = "ManyRepeats")]
    public static partial void ManyRepeats(ILogger logger, string endpoint, string @event, string documentId, Guid deliveryId, int count);

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
