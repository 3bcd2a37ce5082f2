using System.Text.Json;

namespace WebSo.Events.Serialization;

// The type of events without a registered type.
internal sealed class UnknownEventType() : WebSoEventType("", typeof(UnknownWebSoEvent))
{
    public override WebSoEvent Read(ref ParsedBody properties) => new UnknownWebSoEvent(properties.TextOf(properties.Find(KnownProperty.Event)))
    {
        DocumentId = TakeDocumentId(ref properties),
        ExtraProperties = properties.TakeExtras(),
        IsComplete = properties.IsComplete,
    };

    // The document ID is optional in unknown events.
    private static string TakeDocumentId(ref ParsedBody properties)
    {
        var index = properties.Find(KnownProperty.DocumentId);
        return index >= 0 && properties.IsText(index) ? properties.TakeId(KnownProperty.DocumentId) : "";
    }

    protected override bool HasValue(string propertyName, WebSoEvent e) => propertyName == "document_id" && e.DocumentId.Length > 0;

    protected override void WriteProperties(Utf8JsonWriter writer, WebSoEvent e)
    {
        WriteEventName(writer, e);
        if (e.DocumentId.Length > 0)
            writer.WriteString("document_id"u8, e.DocumentId);
    }
}
