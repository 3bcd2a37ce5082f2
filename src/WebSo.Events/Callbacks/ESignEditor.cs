using System.Text;

namespace WebSo.Events;

// Copies the pieces of an upload, and sets callback URLs. What follows the begin of a document is held back until it is known whether it
// has a CallbackUrl: until that comes, or the PDF, or the document's end.
internal sealed class ESignEditor(Func<ESignDocument, Uri?> choose)
{
    private const int MaxHeld = 8 * 1024 * 1024;
    private const int MaxUrlSize = 64 * 1024;
    private const int MaxIndent = 256;

    private readonly ByteBuffer _ready = new();
    private readonly ByteBuffer _held = new();
    private readonly ByteBuffer _url = new();
    private readonly Stack<ESignPlace> _places = new();
    private byte[] _urlTag = [];
    private int _index;
    private bool _hasEnvelope;
    private bool _isHolding;
    private bool _hasUrl;
    private bool _hasPdf;

    // What can be written, until Written is called.
    public ReadOnlyMemory<byte> Ready => _ready.Memory;

    public void Written() => _ready.Clear();

    public void TakeAll(XmlScanner scanner)
    {
        while (scanner.TryRead(out var piece))
            Take(piece);
    }

    private void Take(in XmlPiece piece)
    {
        if (_places.Count > 0 && _places.Peek() == ESignPlace.CallbackUrl)
        {
            TakeOfUrl(piece);
            return;
        }

        switch (piece.Kind)
        {
            case XmlPieceKind.StartTag:
                var place = PlaceOf(piece);
                Enter(place, piece);
                _places.Push(place);
                break;
            case XmlPieceKind.EmptyTag:
                EnterEmpty(PlaceOf(piece), piece);
                break;
            case XmlPieceKind.EndTag:
                Leave(_places.Pop());
                Put(piece);
                break;
            default:
                Put(piece);
                break;
        }
    }

    private ESignPlace PlaceOf(in XmlPiece tag)
    {
        var name = tag.Name;
        if (_places.Count == 0)
        {
            return name.SequenceEqual("ESign"u8)
                ? ESignPlace.ESign
                : throw new ESignFormatException(tag.Position, "The root element is not 'ESign'.");
        }

        return _places.Peek() switch
        {
            ESignPlace.ESign when name.SequenceEqual("SignatureRequestEnvelope"u8) => ESignPlace.Envelope,
            ESignPlace.Envelope when name.SequenceEqual("Documents"u8) => ESignPlace.Documents,
            ESignPlace.Documents when name.SequenceEqual("Document"u8) => ESignPlace.Document,
            ESignPlace.ESign when _hasEnvelope => ESignPlace.Other,
            ESignPlace.ESign or ESignPlace.Document when name.SequenceEqual("CallbackUrl"u8) => ESignPlace.CallbackUrl,
            ESignPlace.ESign or ESignPlace.Document when name.SequenceEqual("PDF"u8) => ESignPlace.Pdf,
            _ => ESignPlace.Other,
        };
    }

    private void Enter(ESignPlace place, in XmlPiece tag)
    {
        switch (place)
        {
            case ESignPlace.ESign or ESignPlace.Document:
                Put(tag);
                (_isHolding, _hasUrl, _hasPdf) = (true, false, false);
                break;
            case ESignPlace.Envelope:
                BeginEnvelope(tag.Position);
                Put(tag);
                break;
            case ESignPlace.Pdf:
                EnterPdf();
                Put(tag);
                break;
            case ESignPlace.CallbackUrl:
                CheckUrlMayStand(tag.Position);
                _urlTag = tag.Bytes.ToArray();
                _url.Clear();
                break;
            default:
                Put(tag);
                break;
        }
    }

    private void EnterEmpty(ESignPlace place, in XmlPiece tag)
    {
        switch (place)
        {
            case ESignPlace.ESign or ESignPlace.Document:
                throw new ESignFormatException(tag.Position, "A document is empty: it has no PDF.");
            case ESignPlace.CallbackUrl:
                CheckUrlMayStand(tag.Position);
                ReplaceEmptyUrl(tag);
                break;
            case ESignPlace.Pdf:
                EnterPdf();
                Put(tag);
                break;
            case ESignPlace.Envelope:
                BeginEnvelope(tag.Position);
                Put(tag);
                break;
            default:
                Put(tag);
                break;
        }
    }

    private void BeginEnvelope(long position)
    {
        if (_hasUrl || _hasPdf)
            throw new ESignFormatException(position, "The upload is both: a document of its own, with a CallbackUrl or a PDF, and an envelope.");
        _hasEnvelope = true;
        Release();
    }

    private void EnterPdf()
    {
        SetMissingUrl();
        _hasPdf = true;
    }

    private void Leave(ESignPlace place)
    {
        if (place == ESignPlace.Document || (place == ESignPlace.ESign && !_hasEnvelope))
            SetMissingUrl();
    }

    private void CheckUrlMayStand(long position)
    {
        if (_hasUrl)
            throw new ESignFormatException(position, "A document has a second CallbackUrl.");
        if (_hasPdf)
            throw new ESignFormatException(position, "A CallbackUrl stands after the PDF of its document: move it before.");
        _hasUrl = true;
    }

    private void TakeOfUrl(in XmlPiece piece)
    {
        if (piece.Kind is XmlPieceKind.StartTag or XmlPieceKind.EmptyTag)
            throw new ESignFormatException(piece.Position, "A CallbackUrl holds an element.");
        if (piece.Kind == XmlPieceKind.Content)
        {
            if (_url.Length + piece.Bytes.Length > MaxUrlSize)
                throw new ESignFormatException(piece.Position, $"A CallbackUrl is longer than {MaxUrlSize} bytes.");
            _url.Write(piece.Bytes);
            return;
        }

        _places.Pop();
        var content = _url.Span;
        var chosen = Choose(XmlText.ValueOf(content, piece.Position - content.Length));
        Put(_urlTag, piece.Position);
        Put(chosen ?? content, piece.Position);
        Put(piece);
        Release();
    }

    private void ReplaceEmptyUrl(in XmlPiece tag)
    {
        var chosen = Choose("");
        if (chosen is null)
        {
            Put(tag);
        }
        else
        {
            Put(tag.Bytes.Slice(0, tag.Bytes.Length - "/>".Length), tag.Position);
            Put([.. ">"u8, .. chosen, .. "</CallbackUrl>"u8], tag.Position);
        }

        Release();
    }

    private void SetMissingUrl()
    {
        if (!_isHolding)
            return;

        if (Choose(null) is { } chosen)
        {
            var held = _held.Span;
            var indent = 0;
            while (indent < held.Length && XmlText.IsSpace(held[indent]))
                indent++;
            _ready.Write(held.Slice(0, indent <= MaxIndent ? indent : 0));
            _ready.Write([.. "<CallbackUrl>"u8, .. chosen, .. "</CallbackUrl>"u8]);
        }

        Release();
    }

    // The URL as it stands in XML; null where the document stays as it is.
    private byte[]? Choose(string? present)
    {
        var url = choose(new ESignDocument(_index++, _hasEnvelope, present));
        if (url is null)
            return null;

        var text = CallbackUri.TextOf(url, out var problem);
        return problem is null
            ? Encoding.ASCII.GetBytes(XmlText.Escape(text))
            : throw new InvalidOperationException($"The URL chosen for document {_index - 1} can't be set. {problem}");
    }

    private void Release()
    {
        _isHolding = false;
        _ready.Write(_held.Span);
        _held.Clear();
    }

    private void Put(in XmlPiece piece) => Put(piece.Bytes, piece.Position);

    private void Put(ReadOnlySpan<byte> bytes, long position)
    {
        if (_isHolding && _held.Length + bytes.Length > MaxHeld)
            throw new ESignFormatException(position, $"What stands in a document before its PDF is larger than {MaxHeld} bytes.");
        (_isHolding ? _held : _ready).Write(bytes);
    }
}
