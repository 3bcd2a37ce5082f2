namespace WebSo.Events;

/// <summary><c>USER_FINISH</c>: a user finished all of their signatures of a signature request.</summary>
public sealed record UserFinishEvent() : WebSoEvent(WebSoEventNames.UserFinish)
{
    /// <summary>The ID of the user, the property <c>user_id</c>. Empty where it is absent.</summary>
    public required string UserId { get; init; }

    /// <summary>The number of fields that this user signed, the property <c>fields_signed</c>. Null where it is absent or no number.</summary>
    public required int? FieldsSigned { get; init; }
}
