using System.Text;
using WebSo.Events.ESign.Xml;

namespace WebSo.Events.ESign.Documents;

// Tracks the elements of an upload. Refuses what could be a callback URL, an envelope or a document in a place or spelling that the vendor
// does not document: the server might accept it, and then use a URL that was not replaced.
internal sealed class ESignStructure
{
    private readonly Stack<ElementKind> _open = new();
    private bool _hasDocuments;

    public bool HasEnvelope { get; private set; }

    public ElementKind Current => _open.Count > 0 ? _open.Peek() : ElementKind.Other;

    // Opens the element of a start tag. An empty tag opens nothing.
    public ElementKind Enter(in XmlToken tag)
    {
        var kind = KindOf(tag);
        HasEnvelope |= kind == ElementKind.Envelope;
        _hasDocuments |= kind == ElementKind.Documents;
        if (tag.Kind == XmlTokenKind.StartTag)
            _open.Push(kind);
        return kind;
    }

    public ElementKind Leave() => _open.Pop();

    private ElementKind KindOf(in XmlToken tag)
    {
        if (_open.Count == 0)
        {
            return tag.Name.SequenceEqual("ESign"u8)
                ? ElementKind.ESign
                : throw new ESignFormatException(tag.Position, $"The root element is '{Show(tag.Name)}', not 'ESign'. Provide an ESign XML.");
        }

        if (HasName(tag, "CallbackUrl"u8))
            return CallbackUrl(tag);
        if (HasName(tag, "SignatureRequestEnvelope"u8))
            return Envelope(tag);

        return Current switch
        {
            ElementKind.ESign or ElementKind.Document when HasName(tag, "PDF"u8) => Pdf(tag),
            ElementKind.Envelope when HasName(tag, "Documents"u8) => Documents(tag),
            ElementKind.Documents when HasName(tag, "Document"u8) => ElementKind.Document,
            _ => ElementKind.Other,
        };
    }

    private ElementKind CallbackUrl(in XmlToken tag) => Current switch
    {
        ElementKind.Document => ElementKind.CallbackUrl,
        ElementKind.ESign when !HasEnvelope => ElementKind.CallbackUrl,
        _ => throw new ESignFormatException(
            tag.Position,
            "A CallbackUrl is outside a document. Move it into 'ESign' or, in an envelope, into 'Document', before the PDF. Or delete it."),
    };

    private ElementKind Envelope(in XmlToken tag)
    {
        if (Current != ElementKind.ESign)
            throw new ESignFormatException(tag.Position, "A 'SignatureRequestEnvelope' is not directly inside 'ESign'. Move it there.");
        return HasEnvelope
            ? throw new ESignFormatException(tag.Position, "The upload has a second 'SignatureRequestEnvelope'. Upload each envelope separately.")
            : ElementKind.Envelope;
    }

    private ElementKind Documents(in XmlToken tag) => _hasDocuments
        ? throw new ESignFormatException(tag.Position, "The envelope has a second 'Documents'. Move all documents into the first.")
        : ElementKind.Documents;

    private ElementKind Pdf(in XmlToken tag) => Current == ElementKind.ESign && HasEnvelope
        ? throw new ESignFormatException(
            tag.Position, "The upload has an envelope, and a PDF after it. Move the PDF into a 'Document' of the envelope, or delete it.")
        : ElementKind.Pdf;

    // In XML, a name that differs in case or has a namespace prefix is another name. The server might not be that strict.
    private static bool HasName(in XmlToken tag, ReadOnlySpan<byte> expected)
    {
        if (tag.Name.SequenceEqual(expected))
            return true;
        if (!EqualsIgnoreCase(tag.Name.Slice(tag.Name.LastIndexOf((byte)':') + 1), expected))
            return false;

        var name = Encoding.ASCII.GetString(expected);
        throw new ESignFormatException(tag.Position, $"The element '{Show(tag.Name)}' must be spelled '{name}', without a namespace prefix.");
    }

    // The expected name consists of letters only.
    private static bool EqualsIgnoreCase(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected)
    {
        if (name.Length != expected.Length)
            return false;
        for (var i = 0; i < name.Length; i++)
        {
            if ((name[i] | 0x20) != (expected[i] | 0x20))
                return false;
        }

        return true;
    }

    private static string Show(ReadOnlySpan<byte> name) => LogText.Of(Encoding.UTF8.GetString(name));
}
