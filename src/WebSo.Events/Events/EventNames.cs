namespace WebSo.Events;

// The documented event names, as in the JSON property "event" and in webso_events_filter.
internal static class EventNames
{
    public const string StatusChange = "STATUS_CHANGE";
    public const string UserFinish = "USER_FINISH";
    public const string FieldSignedOrRejected = "FIELD_SIGNED_OR_REJECTED";
    public const string RenderReturn = "RENDER_RETURN";
}
