using System.Text;

namespace WebSo.Events;

// Copies the pieces of an upload, and sets callback URLs. What follows the begin of a document is held back until it is known whether it
// has a CallbackUrl: until that comes, or the PDF, or the document's end.
internal sealed class ESignEditor
{
    private const int MaxHeld = 8 * 1024 * 1024;
    private const int MaxUrlSize = 8 * 1024;
    private const int MaxIndent = 256;
    private const int MaxDocuments = 1000;
    private const int ManyBytes = 64 * 1024;

    private readonly XmlScanner _scanner;
    private readonly Func<ESignDocument, Uri?> _choose;
    private readonly ByteChunks _ready;
    private readonly ByteChunks _held;
    private readonly ByteBuffer _url = new();
    private readonly ESignStructure _structure = new();
    private byte[] _urlTag = [];
    private XmlPosition _urlPosition;
    private int _index;
    private int _line;
    private bool _isHolding;
    private bool _hasUrl;
    private bool _hasPdf;

    public ESignEditor(XmlScanner scanner, Func<ESignDocument, Uri?> choose)
    {
        (_scanner, _choose) = (scanner, choose);
        var free = new Stack<byte[]>();
        (_ready, _held) = (new ByteChunks(free), new ByteChunks(free));
    }

    // What can be written, until Written is called.
    public List<ArraySegment<byte>> Ready => _ready.Chunks;

    public void Written() => _ready.Clear();

    // True: there is more to take, after what is ready has been written.
    public bool Take()
    {
        while (_ready.Length < ManyBytes)
        {
            if (!_scanner.TryRead(out var piece))
                return false;
            Take(piece);
        }

        return true;
    }

    private void Take(in XmlPiece piece)
    {
        if (_structure.Current == ESignPlace.CallbackUrl)
        {
            TakeOfUrl(piece);
            return;
        }

        switch (piece.Kind)
        {
            case XmlPieceKind.StartTag:
                Enter(_structure.Enter(piece), piece);
                break;
            case XmlPieceKind.EmptyTag:
                EnterEmpty(_structure.Enter(piece), piece);
                break;
            case XmlPieceKind.EndTag:
                Leave(_structure.Leave(), piece.Position);
                Put(piece);
                break;
            default:
                Put(piece);
                break;
        }
    }

    private void Enter(ESignPlace place, in XmlPiece tag)
    {
        switch (place)
        {
            case ESignPlace.ESign or ESignPlace.Document:
                if (_index == MaxDocuments)
                    throw new ESignFormatException(tag.Position, $"The envelope has more than {MaxDocuments} documents. Divide it into several uploads.");
                Put(tag);
                (_isHolding, _hasUrl, _hasPdf, _line) = (true, false, false, tag.Position.Line);
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
                BeginUrl(tag.Position);
                (_urlTag, _urlPosition) = (tag.Bytes.ToArray(), tag.Position.Advance(tag.Bytes));
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
                throw new ESignFormatException(tag.Position, "A document is empty. Add its PDF.");
            case ESignPlace.CallbackUrl:
                BeginUrl(tag.Position);
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

    private void BeginEnvelope(XmlPosition position)
    {
        if (_hasUrl || _hasPdf)
            throw new ESignFormatException(position, "The upload is both a single document, with a CallbackUrl or a PDF, and an envelope. Move these into a 'Document' of the envelope, or delete one of them.");
        Release();
    }

    private void EnterPdf()
    {
        SetMissingUrl();
        _hasPdf = true;
    }

    private void Leave(ESignPlace place, XmlPosition position)
    {
        if (place == ESignPlace.ESign && _structure.HasEnvelope && _index == 0)
            throw new ESignFormatException(position, "The envelope has no document. Add SignatureRequestEnvelope/Documents/Document.");
        if (place == ESignPlace.Document || (place == ESignPlace.ESign && !_structure.HasEnvelope))
            SetMissingUrl();
    }

    private void BeginUrl(XmlPosition position)
    {
        if (_hasUrl)
            throw new ESignFormatException(position, "A document has a second CallbackUrl. Delete one of them.");
        if (_hasPdf)
            throw new ESignFormatException(position, "A CallbackUrl is after the PDF of its document. Move it before the PDF.");
        (_hasUrl, _line) = (true, position.Line);
    }

    private void TakeOfUrl(in XmlPiece piece)
    {
        if (piece.Kind is XmlPieceKind.StartTag or XmlPieceKind.EmptyTag)
            throw new ESignFormatException(piece.Position, "A CallbackUrl contains an element. Write '&lt;' for '<'.");
        if (piece.Kind == XmlPieceKind.Content)
        {
            if (_url.Length + piece.Bytes.Length > MaxUrlSize)
                throw new ESignFormatException(piece.Position, $"A CallbackUrl is longer than {MaxUrlSize} bytes.");
            _url.Write(piece.Bytes);
            return;
        }

        _structure.Leave();
        var content = _url.Span;
        var chosen = Choose(XmlText.ValueOf(content, _scanner.Encoding, _urlPosition));
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
            var held = _held.Length > 0 ? _held.Chunks[0].AsSpan() : [];
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
        var url = _choose(new ESignDocument(_index++, _structure.HasEnvelope, present, _line));
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
        _ready.Take(_held);
    }

    private void Put(in XmlPiece piece) => Put(piece.Bytes, piece.Position);

    private void Put(ReadOnlySpan<byte> bytes, XmlPosition position)
    {
        if (_isHolding && _held.Length + bytes.Length > MaxHeld)
            throw new ESignFormatException(position, $"What is in a document before its PDF is larger than {MaxHeld} bytes. Move the PDF forward.");
        (_isHolding ? _held : _ready).Write(bytes);
    }
}
