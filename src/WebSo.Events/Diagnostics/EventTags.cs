using System.Diagnostics;

namespace WebSo.Events.Diagnostics;

// The attributes of spans and instruments, and their values. Nothing of a body but its size, the event's name and the document's ID.
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

    // What a stranger calls their events must not make time series without end.
    private const string OtherName = "_OTHER";

    public static string NameOf(WebSoEvent? e) => e is null or UnknownWebSoEvent ? OtherName : e.EventName;

    public static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);

    // By the conventions for messaging: the operation as we call it, and as which of theirs it counts.
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

    // The type says what kind of failure it was. Its message is the application's, and may hold anything.
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
