using System.Diagnostics;

namespace WebSo.Events.Inbox.Diagnostics;

// The span that covers storing a delivery. It is the producer of the span that covers handling.
internal static class StoreActivity
{
    public static Activity? Start(ActivitySource source, Delivery delivery)
    {
        if (!source.HasListeners())
            return null;

        var context = delivery.Context;
        var name = context.EndpointName.Length == 0 ? "store" : "store " + context.EndpointName;
        var activity = SafeActivity.Start(() => source.StartActivity(name, ActivityKind.Producer));
        if (activity is not { IsAllDataRequested: true })
            return activity;

        EventTags.SetOperation(activity, "store", "send", context.EndpointName);
        EventTags.SetDelivery(activity, context.DeliveryId, context.Body.Length);
        if (delivery.Event is { } e)
            EventTags.SetEvent(activity, e.EventName, e.DocumentId);
        return activity;
    }

    public static void Fail(Activity? activity, Exception failure)
    {
        activity?.SetTag(EventTags.Outcome, OutcomeNames.Of(ReceiveOutcome.Unavailable));
        EventTags.SetFailure(activity, failure);
    }

    // For a duplicate, the ID is that of the stored delivery.
    public static void Complete(Activity? activity, Guid? deliveryId, ReceiveOutcome outcome)
    {
        if (activity is not { IsAllDataRequested: true })
            return;

        activity.SetTag(EventTags.Outcome, OutcomeNames.Of(outcome));
        if (deliveryId is { } id)
            activity.SetTag("messaging.message.id", id.ToString());
    }
}
