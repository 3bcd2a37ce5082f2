using System.Text;
using System.Text.Json;

namespace WebSo.Events.Serialization;

internal sealed class FieldSignedOrRejectedEventType()
    : WebSoEventType(EventNames.FieldSignedOrRejected, typeof(FieldSignedOrRejectedEvent))
{
    public override WebSoEvent Read(ref ParsedBody properties) => new FieldSignedOrRejectedEvent
    {
        FieldId = properties.TakeId(KnownProperty.FieldId),
        FieldStatus = ReadStatus(ref properties),
        DocumentId = properties.TakeId(KnownProperty.DocumentId),
        UserId = properties.TakeId(KnownProperty.UserId),
        ExtraProperties = properties.TakeExtras(),
        IsComplete = properties.IsComplete,
    };

    protected override bool HasValue(string propertyName, WebSoEvent e) => propertyName switch
    {
        "field_id" => ((FieldSignedOrRejectedEvent)e).FieldId.Length > 0,
        "field_status" => ((FieldSignedOrRejectedEvent)e).FieldStatus != default,
        "document_id" => e.DocumentId.Length > 0,
        "user_id" => ((FieldSignedOrRejectedEvent)e).UserId.Length > 0,
        _ => false,
    };

    protected override void WriteProperties(Utf8JsonWriter writer, WebSoEvent e)
    {
        var field = (FieldSignedOrRejectedEvent)e;
        WriteText(writer, "field_id", field.FieldId, e);
        WriteText(writer, "field_status", field.FieldStatus.Value, e);
        WriteEventName(writer, e);
        WriteText(writer, "document_id", e.DocumentId, e);
        WriteText(writer, "user_id", field.UserId, e);
    }

    private static FieldStatus ReadStatus(ref ParsedBody properties)
    {
        var value = properties.TakeBytes(KnownProperty.FieldStatus, out var text);
        if (value.SequenceEqual("signed"u8))
            return FieldStatus.Signed;
        if (value.SequenceEqual("rejected"u8))
            return FieldStatus.Rejected;
        return new FieldStatus(text ?? Encoding.UTF8.GetString(value));
    }
}
