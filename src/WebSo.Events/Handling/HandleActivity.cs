using System.Diagnostics;

namespace WebSo.Events.Handling;

// Starts the span of one handling attempt.
internal static class HandleActivity
{
    public static Activity? Start(ActivitySource source, WebSoEventContext context, string eventName, string documentId, ActivityLink? link = null)
    {
        if (!source.HasListeners())
            return null;

        var name = context.EndpointName.Length == 0 ? "handle" : "handle " + context.EndpointName;
        var activity = SafeActivity.Start(() => source.StartActivity(name, ActivityKind.Consumer, default(ActivityContext), links: link is { } of ? [of] : null));
        if (activity is not { IsAllDataRequested: true })
            return activity;

        EventTags.SetOperation(activity, "handle", "process", context.EndpointName);
        EventTags.SetDelivery(activity, context.DeliveryId, context.Body.Length);
        EventTags.SetEvent(activity, eventName, documentId);
        activity.SetTag(EventTags.Attempt, context.Attempt);
        if (context.IsReplay)
            activity.SetTag(EventTags.IsReplay, true);
        return activity;
    }
}
