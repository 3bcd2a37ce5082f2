using System.Text.Json;

namespace WebSo.Events;

internal sealed class StatusChangeEventType() : WebSoEventType(WebSoEventNames.StatusChange, typeof(StatusChangeEvent))
{
    public override WebSoEvent Read(ref WireObject properties) => new StatusChangeEvent
    {
        From = ReadStatus(ref properties, "from"u8),
        To = ReadStatus(ref properties, "to"u8),
        DocumentId = properties.RequireDocumentId(),
        ExtraProperties = properties.TakeExtras(),
    };

    protected override bool IsDocumented(string propertyName, WebSoEvent e) => propertyName is "from" or "to" or "document_id";

    protected override void WriteProperties(Utf8JsonWriter writer, WebSoEvent e)
    {
        var change = (StatusChangeEvent)e;
        writer.WriteString("from"u8, change.From.Value);
        writer.WriteString("to"u8, change.To.Value);
        WriteEventName(writer, e);
        WriteDocumentId(writer, e);
    }

    private static SignatureRequestStatus ReadStatus(ref WireObject properties, ReadOnlySpan<byte> name)
    {
        var value = properties.RequireTextBytes(name, out var text);
        if (value.Length == 1 && text is null)
        {
            switch (value[0])
            {
                case (byte)'1':
                    return SignatureRequestStatus.New;
                case (byte)'2':
                    return SignatureRequestStatus.PartiallySigned;
                case (byte)'3':
                    return SignatureRequestStatus.Finished;
                case (byte)'4':
                    return SignatureRequestStatus.Failed;
            }
        }

        return new SignatureRequestStatus(text ?? WireObject.GetText(value));
    }
}
