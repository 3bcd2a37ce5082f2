using System.Text.Json;

namespace WebSo.Events;

internal sealed class RenderReturnEventType() : WebSoEventType(WebSoEventNames.RenderReturn, typeof(RenderReturnEvent))
{
    public override WebSoEvent Read(ref WireObject properties) => new RenderReturnEvent
    {
        Status = ReadStatus(ref properties),
        DocumentId = properties.RequireDocumentId(),
        ExtraProperties = properties.TakeExtras(),
    };

    protected override bool IsDocumented(string propertyName, WebSoEvent e) => propertyName is "status" or "document_id";

    protected override void WriteProperties(Utf8JsonWriter writer, WebSoEvent e)
    {
        WriteEventName(writer, e);
        writer.WriteString("status"u8, ((RenderReturnEvent)e).Status.Value);
        WriteDocumentId(writer, e);
    }

    private static RenderStatus ReadStatus(ref WireObject properties)
    {
        var value = properties.RequireTextBytes("status"u8, out var text);
        if (value.SequenceEqual("success"u8))
            return RenderStatus.Success;
        if (value.SequenceEqual("error"u8))
            return RenderStatus.Error;
        return new RenderStatus(text ?? WireObject.GetText(value));
    }
}
