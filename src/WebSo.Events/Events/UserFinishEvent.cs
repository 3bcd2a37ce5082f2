namespace WebSo.Events;

/// <summary>The event <c>USER_FINISH</c>: a user finished all of their signatures in a signature request.</summary>
public sealed record UserFinishEvent() : WebSoEvent(EventNames.UserFinish)
{
    /// <summary>Gets the ID of the user (JSON property <c>user_id</c>). Empty if absent.</summary>
    public required string UserId { get; init; }

    /// <summary>
    /// Gets the number of fields that the user signed (JSON property <c>fields_signed</c>). Null if absent or not a number.
    /// </summary>
    public required int? FieldsSigned { get; init; }
}
