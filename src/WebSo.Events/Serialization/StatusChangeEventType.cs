using System.Text;
using System.Text.Json;

namespace WebSo.Events.Serialization;

internal sealed class StatusChangeEventType() : WebSoEventType(EventNames.StatusChange, typeof(StatusChangeEvent))
{
    public override WebSoEvent Read(ref ParsedBody properties) => new StatusChangeEvent
    {
        From = ReadStatus(ref properties, KnownProperty.From),
        To = ReadStatus(ref properties, KnownProperty.To),
        DocumentId = properties.TakeId(KnownProperty.DocumentId),
        ExtraProperties = properties.TakeExtras(),
        IsComplete = properties.IsComplete,
    };

    protected override bool HasValue(string propertyName, WebSoEvent e) => propertyName switch
    {
        "from" => ((StatusChangeEvent)e).From != default,
        "to" => ((StatusChangeEvent)e).To != default,
        "document_id" => e.DocumentId.Length > 0,
        _ => false,
    };

    protected override void WriteProperties(Utf8JsonWriter writer, WebSoEvent e)
    {
        var change = (StatusChangeEvent)e;
        WriteText(writer, "from", change.From.Value, e);
        WriteText(writer, "to", change.To.Value, e);
        WriteEventName(writer, e);
        WriteText(writer, "document_id", e.DocumentId, e);
    }

    private static SignatureRequestStatus ReadStatus(ref ParsedBody properties, KnownProperty name)
    {
        var value = properties.TakeBytes(name, out var text);
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

        return new SignatureRequestStatus(text ?? Encoding.UTF8.GetString(value));
    }
}
