using System.Globalization;
using System.Text.Json;

namespace WebSo.Events;

internal sealed class UserFinishEventType() : WebSoEventType(WebSoEventNames.UserFinish, typeof(UserFinishEvent))
{
    public override WebSoEvent Read(ref WireObject properties) => new UserFinishEvent
    {
        UserId = properties.RequireText("user_id"u8),
        DocumentId = properties.RequireDocumentId(),
        FieldsSigned = properties.RequireInt32("fields_signed"u8),
        ExtraProperties = properties.TakeExtras(),
    };

    protected override bool IsDocumented(string propertyName, WebSoEvent e) => propertyName is "user_id" or "document_id" or "fields_signed";

    protected override void WriteProperties(Utf8JsonWriter writer, WebSoEvent e)
    {
        var finish = (UserFinishEvent)e;
        writer.WriteString("user_id"u8, finish.UserId);
        WriteEventName(writer, e);
        WriteDocumentId(writer, e);
        writer.WriteString("fields_signed"u8, finish.FieldsSigned.ToString(CultureInfo.InvariantCulture));
    }
}
