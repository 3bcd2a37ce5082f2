using System.Text.Json;

namespace WebSo.Events.Serialization;

// Any name that has no type of its own.
internal sealed class UnknownEventType() : WebSoEventType("", typeof(UnknownWebSoEvent))
{
    public override WebSoEvent Read(ref WireObject properties) => new UnknownWebSoEvent(properties.TextOf(properties.Find(WireName.Event)))
    {
        DocumentId = TakeDocumentId(ref properties),
        ExtraProperties = properties.TakeExtras(),
        IsComplete = properties.IsComplete,
    };

    // Such an event need not have one.
    private static string TakeDocumentId(ref WireObject properties)
    {
        var index = properties.Find(WireName.DocumentId);
        return index >= 0 && properties.IsText(index) ? properties.TakeId(WireName.DocumentId) : "";
    }

    protected override bool HasValue(string propertyName, WebSoEvent e) => propertyName == "document_id" && e.DocumentId.Length > 0;

    protected override void WriteProperties(Utf8JsonWriter writer, WebSoEvent e)
    {
        WriteEventName(writer, e);
        if (e.DocumentId.Length > 0)
            writer.WriteString("document_id"u8, e.DocumentId);
    }
}
