namespace WebSo.Events.Serialization;

// The documented JSON properties.
internal enum KnownProperty : byte
{
    None,
    Event,
    DocumentId,
    UserId,
    FieldId,
    FieldStatus,
    FieldsSigned,
    Status,
    From,
    To,
}
