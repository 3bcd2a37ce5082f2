namespace WebSo.Events;

/// <summary><c>FIELD_SIGNED_OR_REJECTED</c>: a signature field was signed or rejected.</summary>
public sealed record FieldSignedOrRejectedEvent() : WebSoEvent(WebSoEventNames.FieldSignedOrRejected)
{
    /// <summary>The ID of the field, the property <c>field_id</c>. Empty where it is absent.</summary>
    public required string FieldId { get; init; }

    /// <summary>What became of the field, the property <c>field_status</c>. <c>default</c> where it is absent.</summary>
    public required FieldStatus FieldStatus { get; init; }

    /// <summary>The ID of the user, the property <c>user_id</c>. Empty where it is absent.</summary>
    public required string UserId { get; init; }
}
