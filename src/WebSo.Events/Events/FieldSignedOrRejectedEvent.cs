namespace WebSo.Events;

/// <summary>The event <c>FIELD_SIGNED_OR_REJECTED</c>: a signature field was signed or rejected.</summary>
public sealed record FieldSignedOrRejectedEvent() : WebSoEvent(EventNames.FieldSignedOrRejected)
{
    /// <summary>Gets the ID of the field (JSON property <c>field_id</c>). Empty if absent.</summary>
    public required string FieldId { get; init; }

    /// <summary>Gets whether the field was signed or rejected (JSON property <c>field_status</c>). <c>default</c> if absent.</summary>
    public required FieldStatus FieldStatus { get; init; }

    /// <summary>Gets the ID of the user (JSON property <c>user_id</c>). Empty if absent.</summary>
    public required string UserId { get; init; }
}
