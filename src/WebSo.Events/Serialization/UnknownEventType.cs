using System.Text.Json;

namespace WebSo.Events;

// Any name that has no type of its own.
internal sealed class UnknownEventType() : WebSoEventType("", typeof(UnknownWebSoEvent))
{
    public override WebSoEvent Read(ref WireObject properties)
    {
        var name = properties.TextOf(properties.Find("event"u8));
        return new UnknownWebSoEvent(name) { DocumentId = TakeDocumentId(ref properties), ExtraProperties = properties.TakeExtras() };
    }

    // What is no ID stays among the extras, so that it can be written back.
    private static string TakeDocumentId(ref WireObject properties)
    {
        var index = properties.Find("document_id"u8);
        if (index < 0 || properties.TypeOf(index) is JsonTokenType.Null or JsonTokenType.StartObject or JsonTokenType.StartArray)
            return "";

        var id = properties.TextOf(index);
        if (id.Length > 0)
            properties.Take(index);
        return id;
    }

    protected override bool IsDocumented(string propertyName, WebSoEvent e) => propertyName == "document_id" && e.DocumentId.Length > 0;

    protected override void WriteProperties(Utf8JsonWriter writer, WebSoEvent e)
    {
        WriteEventName(writer, e);
        if (e.DocumentId.Length > 0)
            WriteDocumentId(writer, e);
    }
}
