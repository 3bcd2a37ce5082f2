namespace WebSo.Events.Serialization;

// The documented names of properties.
internal enum WireName : byte
{
    Other,
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
