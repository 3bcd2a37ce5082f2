using System.Text;
using System.Text.Json;

namespace WebSo.Events.Serialization;

internal sealed class RenderReturnEventType() : WebSoEventType(EventNames.RenderReturn, typeof(RenderReturnEvent))
{
    public override WebSoEvent Read(ref ParsedBody properties) => new RenderReturnEvent
    {
        Status = ReadStatus(ref properties),
        DocumentId = properties.TakeId(KnownProperty.DocumentId),
        ExtraProperties = properties.TakeExtras(),
        IsComplete = properties.IsComplete,
    };

    protected override bool HasValue(string propertyName, WebSoEvent e) => propertyName switch
    {
        "status" => ((RenderReturnEvent)e).Status != default,
        "document_id" => e.DocumentId.Length > 0,
        _ => false,
    };

    protected override void WriteProperties(Utf8JsonWriter writer, WebSoEvent e)
    {
        WriteEventName(writer, e);
        WriteText(writer, "status", ((RenderReturnEvent)e).Status.Value, e);
        WriteText(writer, "document_id", e.DocumentId, e);
    }

    private static RenderStatus ReadStatus(ref ParsedBody properties)
    {
        var value = properties.TakeBytes(KnownProperty.Status, out var text);
        if (value.SequenceEqual("success"u8))
            return RenderStatus.Success;
        if (value.SequenceEqual("error"u8))
            return RenderStatus.Error;
        return new RenderStatus(text ?? Encoding.UTF8.GetString(value));
    }
}
