using System.Text.Json;

namespace WebSo.Events;

internal sealed class FieldSignedOrRejectedEventType()
    : WebSoEventType(WebSoEventNames.FieldSignedOrRejected, typeof(FieldSignedOrRejectedEvent))
{
    public override WebSoEvent Read(ref WireObject properties) => new FieldSignedOrRejectedEvent
    {
        FieldId = properties.RequireText("field_id"u8),
        FieldStatus = ReadStatus(ref properties),
        DocumentId = properties.RequireDocumentId(),
        UserId = properties.RequireText("user_id"u8),
        ExtraProperties = properties.TakeExtras(),
    };

    protected override bool IsDocumented(string propertyName, WebSoEvent e) =>
        propertyName is "field_id" or "field_status" or "document_id" or "user_id";

    protected override void WriteProperties(Utf8JsonWriter writer, WebSoEvent e)
    {
        var field = (FieldSignedOrRejectedEvent)e;
        writer.WriteString("field_id"u8, field.FieldId);
        writer.WriteString("field_status"u8, field.FieldStatus.Value);
        WriteEventName(writer, e);
        WriteDocumentId(writer, e);
        writer.WriteString("user_id"u8, field.UserId);
    }

    private static FieldStatus ReadStatus(ref WireObject properties)
    {
        var value = properties.RequireTextBytes("field_status"u8, out var text);
        if (value.SequenceEqual("signed"u8))
            return FieldStatus.Signed;
        if (value.SequenceEqual("rejected"u8))
            return FieldStatus.Rejected;
        return new FieldStatus(text ?? WireObject.GetText(value));
    }
}
