using System.Globalization;
using System.Text.Json;

namespace WebSo.Events.Serialization;

internal sealed class UserFinishEventType() : WebSoEventType(EventNames.UserFinish, typeof(UserFinishEvent))
{
    public override WebSoEvent Read(ref ParsedBody properties) => new UserFinishEvent
    {
        UserId = properties.TakeId(KnownProperty.UserId),
        DocumentId = properties.TakeId(KnownProperty.DocumentId),
        FieldsSigned = properties.TakeInt32(KnownProperty.FieldsSigned),
        ExtraProperties = properties.TakeExtras(),
        IsComplete = properties.IsComplete,
    };

    protected override bool HasValue(string propertyName, WebSoEvent e) => propertyName switch
    {
        "user_id" => ((UserFinishEvent)e).UserId.Length > 0,
        "document_id" => e.DocumentId.Length > 0,
        "fields_signed" => ((UserFinishEvent)e).FieldsSigned is not null,
        _ => false,
    };

    protected override void WriteProperties(Utf8JsonWriter writer, WebSoEvent e)
    {
        var finish = (UserFinishEvent)e;
        WriteText(writer, "user_id", finish.UserId, e);
        WriteEventName(writer, e);
        WriteText(writer, "document_id", e.DocumentId, e);
        WriteText(writer, "fields_signed", finish.FieldsSigned?.ToString(CultureInfo.InvariantCulture), e);
    }
}
