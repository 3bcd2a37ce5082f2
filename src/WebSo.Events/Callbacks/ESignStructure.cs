using System.Text;

namespace WebSo.Events;

// Follows the elements of an upload, and refuses what could be a URL, an envelope or a document in another place or spelling than the
// vendor documents: what the server makes of those is not known, so they could leave a second URL, or one that is not replaced.
internal sealed class ESignStructure
{
    private readonly Stack<ESignPlace> _open = new();
    private bool _hasDocuments;

    public bool HasEnvelope { get; private set; }

    public ESignPlace Current => _open.Count > 0 ? _open.Peek() : ESignPlace.Other;

    // What the element of this tag is.
    public ESignPlace Enter(in XmlPiece tag)
    {
        var place = PlaceOf(tag);
        HasEnvelope |= place == ESignPlace.Envelope;
        _hasDocuments |= place == ESignPlace.Documents;
        if (tag.Kind == XmlPieceKind.StartTag)
            _open.Push(place);
        return place;
    }

    public ESignPlace Leave() => _open.Pop();

    private ESignPlace PlaceOf(in XmlPiece tag)
    {
        if (_open.Count == 0)
        {
            return tag.Name.SequenceEqual("ESign"u8)
                ? ESignPlace.ESign
                : throw new ESignFormatException(tag.Position, $"The root element is '{Show(tag.Name)}', not 'ESign'.");
        }

        if (IsNamed(tag, "CallbackUrl"u8))
            return CallbackUrl(tag);
        if (IsNamed(tag, "SignatureRequestEnvelope"u8))
            return Envelope(tag);

        return Current switch
        {
            ESignPlace.ESign or ESignPlace.Document when IsNamed(tag, "PDF"u8) => Pdf(tag),
            ESignPlace.Envelope when IsNamed(tag, "Documents"u8) => Documents(tag),
            ESignPlace.Documents when IsNamed(tag, "Document"u8) => ESignPlace.Document,
            _ => ESignPlace.Other,
        };
    }

    private ESignPlace CallbackUrl(in XmlPiece tag) => Current switch
    {
        ESignPlace.Document => ESignPlace.CallbackUrl,
        ESignPlace.ESign when !HasEnvelope => ESignPlace.CallbackUrl,
        _ => throw new ESignFormatException(
            tag.Position, "A CallbackUrl is not in a document. Move it into 'ESign', or with an envelope into its 'Document', before the PDF; or delete it."),
    };

    private ESignPlace Envelope(in XmlPiece tag)
    {
        if (Current != ESignPlace.ESign)
            throw new ESignFormatException(tag.Position, "A 'SignatureRequestEnvelope' is not directly in 'ESign'. Move it there.");
        return HasEnvelope
            ? throw new ESignFormatException(tag.Position, "There is a second 'SignatureRequestEnvelope'. Upload each envelope in an XML of its own.")
            : ESignPlace.Envelope;
    }

    private ESignPlace Documents(in XmlPiece tag) => _hasDocuments
        ? throw new ESignFormatException(tag.Position, "The envelope has a second 'Documents'. Put all documents into the first.")
        : ESignPlace.Documents;

    private ESignPlace Pdf(in XmlPiece tag) => Current == ESignPlace.ESign && HasEnvelope
        ? throw new ESignFormatException(tag.Position, "The upload has an envelope and a PDF beside it. Move the PDF into a 'Document' of the envelope, or delete one of them.")
        : ESignPlace.Pdf;

    // Another case or a namespace prefix makes another name in XML, but perhaps not to the server.
    private static bool IsNamed(in XmlPiece tag, ReadOnlySpan<byte> known)
    {
        if (tag.Name.SequenceEqual(known))
            return true;
        if (!IsLike(tag.Name.Slice(tag.Name.LastIndexOf((byte)':') + 1), known))
            return false;

        throw new ESignFormatException(
            tag.Position, $"The element '{Show(tag.Name)}' is another spelling of '{Encoding.ASCII.GetString(known)}'. Write '{Encoding.ASCII.GetString(known)}', without a namespace prefix.");
    }

    // The known name has letters only.
    private static bool IsLike(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known)
    {
        if (name.Length != known.Length)
            return false;
        for (var i = 0; i < name.Length; i++)
        {
            if ((name[i] | 0x20) != (known[i] | 0x20))
                return false;
        }

        return true;
    }

    private static string Show(ReadOnlySpan<byte> name) => LogText.Of(Encoding.UTF8.GetString(name));
}
