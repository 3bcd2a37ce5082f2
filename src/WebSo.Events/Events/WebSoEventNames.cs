namespace WebSo.Events;

/// <summary>The documented names of events on the wire, as they stand in <c>webso_events_filter</c>.</summary>
internal static class WebSoEventNames
{
    /// <summary>The status of a signature request changed: <see cref="StatusChangeEvent"/>.</summary>
    public const string StatusChange = "STATUS_CHANGE";

    /// <summary>A user finished all of their signatures: <see cref="UserFinishEvent"/>.</summary>
    public const string UserFinish = "USER_FINISH";

    /// <summary>A field was signed or rejected: <see cref="FieldSignedOrRejectedEvent"/>.</summary>
    public const string FieldSignedOrRejected = "FIELD_SIGNED_OR_REJECTED";

    /// <summary>A rendering has finished: <see cref="RenderReturnEvent"/>.</summary>
    public const string RenderReturn = "RENDER_RETURN";
}
