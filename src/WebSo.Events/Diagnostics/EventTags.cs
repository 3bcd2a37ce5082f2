using System.Diagnostics;

namespace WebSo.Events.Diagnostics;

// The attributes of spans and instruments. Of a body, they include only the size, the event name and the document ID.
internal static class EventTags
{
    public const string Endpoint = "webso.endpoint";
    public const string EventName = "webso.event.name";
    public const string Outcome = "webso.outcome";
    public const string Handler = "webso.handler";
    public const string DocumentId = "webso.document.id";
    public const string Attempt = "webso.attempt";
    public const string IsReplay = "webso.replay";
    public const string ErrorType = "error.type";

    // Replaces unknown event names, so that a sender can't create an unlimited number of time series.
    private const string OtherName = "_OTHER";

    public static string NameOf(WebSoEvent? e) => e is null or UnknownWebSoEvent ? OtherName : e.EventName;

    public static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);

    // Follows the OpenTelemetry messaging conventions. operationType is one of the predefined types.
    public static void SetOperation(Activity activity, string operation, string operationType, string endpointName)
    {
        activity.SetTag("messaging.system", "websignatureoffice");
        activity.SetTag("messaging.operation.name", operation);
        activity.SetTag("messaging.operation.type", operationType);
        if (endpointName.Length > 0)
            activity.SetTag("messaging.destination.name", endpointName);
        activity.SetTag(Endpoint, endpointName);
    }

    public static void SetDelivery(Activity activity, Guid deliveryId, int bodySize)
    {
        activity.SetTag("messaging.message.id", deliveryId.ToString());
        activity.SetTag("messaging.message.body.size", bodySize);
    }

    public static void SetEvent(Activity activity, string eventName, string documentId)
    {
        activity.SetTag(EventName, LogText.Of(eventName));
        if (documentId.Length > 0)
            activity.SetTag(DocumentId, LogText.Of(documentId));
    }

    // Records only the type of the exception, because its message may contain sensitive data.
    public static void SetFailure(Activity? activity, Exception failure) => SetFailure(activity, ErrorTypeOf(failure));

    public static void SetFailure(Activity? activity, string errorType)
    {
        if (activity is null)
            return;

        activity.SetTag(ErrorType, errorType);
        activity.SetStatus(ActivityStatusCode.Error);
    }

    public static string ErrorTypeOf(Exception failure) => failure.GetType().FullName ?? failure.GetType().Name;
}
