using System.Text;
using WebSo.Events.ESign.Xml;

namespace WebSo.Events.ESign.Documents;

// Copies an upload and sets its callback URLs. A missing URL becomes the first element of its document, so what follows the document's
// start tag is buffered until a CallbackUrl, the PDF or the end of the document shows whether one is missing.
internal sealed class CallbackUrlEditor
{
    private const int MaxBufferedBytes = 8 * 1024 * 1024;
    private const int MaxUrlBytes = 8 * 1024;
    private const int MaxIndentBytes = 256;
    private const int MaxDocuments = 1000;
    private const int OutputBytes = 64 * 1024;

    private readonly XmlScanner _scanner;
    private readonly Func<ESignDocument, Uri?> _chooseUrl;
    private readonly ChunkedBuffer _output;
    private readonly ChunkedBuffer _buffered;
    private readonly ByteBuffer _url = new();
    private readonly ESignStructure _structure = new();
    private byte[] _urlTag = [];
    private XmlPosition _urlPosition;
    private int _index;
    private int _line;
    private bool _isBuffering;
    private bool _hasUrl;
    private bool _hasPdf;

    public CallbackUrlEditor(XmlScanner scanner, Func<ESignDocument, Uri?> chooseUrl)
    {
        (_scanner, _chooseUrl) = (scanner, chooseUrl);
        var pool = new Stack<byte[]>();
        (_output, _buffered) = (new ChunkedBuffer(pool), new ChunkedBuffer(pool));
    }

    // To be written before ClearOutput is called.
    public List<ArraySegment<byte>> Output => _output.Chunks;

    public void ClearOutput() => _output.Clear();

    // True if the output must be written before the rest of the scanner's tokens is edited.
    public bool Edit()
    {
        while (_output.Length < OutputBytes)
        {
            if (!_scanner.TryRead(out var token))
                return false;
            Edit(token);
        }

        return true;
    }

    private void Edit(in XmlToken token)
    {
        if (_structure.Current == ElementKind.CallbackUrl)
        {
            EditUrl(token);
            return;
        }

        switch (token.Kind)
        {
            case XmlTokenKind.StartTag or XmlTokenKind.EmptyTag:
                EditTag(_structure.Enter(token), token);
                break;
            case XmlTokenKind.EndTag:
                EndElement(_structure.Leave(), token.Position);
                Write(token);
                break;
            default:
                Write(token);
                break;
        }
    }

    private void EditTag(ElementKind kind, in XmlToken tag)
    {
        switch (kind)
        {
            case ElementKind.ESign or ElementKind.Document:
                StartDocument(tag);
                return;
            case ElementKind.CallbackUrl:
                StartUrl(tag);
                return;
            case ElementKind.Envelope:
                StartEnvelope(tag.Position);
                break;
            case ElementKind.Pdf:
                AddMissingUrl();
                _hasPdf = true;
                break;
        }

        Write(tag);
    }

    // 'ESign' is the document itself, unless an envelope follows.
    private void StartDocument(in XmlToken tag)
    {
        if (tag.Kind == XmlTokenKind.EmptyTag)
            throw new ESignFormatException(tag.Position, "A document is empty. Add its PDF.");
        if (_index == MaxDocuments)
            throw new ESignFormatException(tag.Position, $"The envelope has more than {MaxDocuments} documents. Split it into several uploads.");

        Write(tag);
        (_isBuffering, _hasUrl, _hasPdf, _line) = (true, false, false, tag.Position.Line);
    }

    private void StartEnvelope(XmlPosition position)
    {
        if (_hasUrl || _hasPdf)
        {
            throw new ESignFormatException(
                position, "The upload has an envelope, and a CallbackUrl or a PDF before it. Move that into a 'Document' of the envelope, or delete it.");
        }

        StopBuffering();
    }

    private void EndElement(ElementKind kind, XmlPosition position)
    {
        if (kind == ElementKind.ESign && _structure.HasEnvelope && _index == 0)
            throw new ESignFormatException(position, "The envelope has no document. Add SignatureRequestEnvelope/Documents/Document.");
        if (kind == ElementKind.Document || (kind == ElementKind.ESign && !_structure.HasEnvelope))
            AddMissingUrl();
    }

    private void StartUrl(in XmlToken tag)
    {
        if (_hasUrl)
            throw new ESignFormatException(tag.Position, "A document has a second CallbackUrl. Delete one of them.");
        if (_hasPdf)
            throw new ESignFormatException(tag.Position, "A CallbackUrl is after the PDF of its document. Move it before the PDF.");

        (_hasUrl, _line) = (true, tag.Position.Line);
        if (tag.Kind == XmlTokenKind.EmptyTag)
        {
            ReplaceEmptyUrl(tag);
            return;
        }

        (_urlTag, _urlPosition) = (tag.Bytes.ToArray(), tag.Position.Advance(tag.Bytes));
        _url.Clear();
    }

    private void EditUrl(in XmlToken token)
    {
        switch (token.Kind)
        {
            case XmlTokenKind.EndTag:
                ReplaceUrl(token);
                break;
            case XmlTokenKind.Content when _url.Length + token.Bytes.Length <= MaxUrlBytes:
                _url.Write(token.Bytes);
                break;
            case XmlTokenKind.Content:
                throw new ESignFormatException(token.Position, $"A CallbackUrl is longer than {MaxUrlBytes} bytes. Shorten it.");
            default:
                throw new ESignFormatException(token.Position, "A CallbackUrl contains an element. Delete it, or write '&lt;' for '<'.");
        }
    }

    private void ReplaceUrl(in XmlToken endTag)
    {
        _structure.Leave();
        var content = _url.Span;
        var chosen = ChooseUrl(XmlText.ValueOf(content, _scanner.Encoding, _urlPosition));
        Write(_urlTag, endTag.Position);
        Write(chosen ?? content, endTag.Position);
        Write(endTag);
        StopBuffering();
    }

    private void ReplaceEmptyUrl(in XmlToken tag)
    {
        if (ChooseUrl("") is { } chosen)
        {
            Write(tag.Bytes.Slice(0, tag.Bytes.Length - "/>".Length), tag.Position);
            Write([.. ">"u8, .. chosen, .. "</CallbackUrl>"u8], tag.Position);
        }
        else
        {
            Write(tag);
        }

        StopBuffering();
    }

    private void AddMissingUrl()
    {
        // The document has a CallbackUrl, or its PDF has passed.
        if (!_isBuffering)
            return;

        if (ChooseUrl(null) is { } chosen)
        {
            var start = _buffered.Length > 0 ? _buffered.Chunks[0].AsSpan() : [];
            var indent = 0;
            while (indent < start.Length && XmlText.IsWhiteSpace(start[indent]))
                indent++;
            _output.Write(start.Slice(0, indent <= MaxIndentBytes ? indent : 0));
            _output.Write([.. "<CallbackUrl>"u8, .. chosen, .. "</CallbackUrl>"u8]);
        }

        StopBuffering();
    }

    // The URL, escaped for XML. Null if the document stays as it is.
    private byte[]? ChooseUrl(string? currentUrl)
    {
        var url = _chooseUrl(new ESignDocument(_index++, _structure.HasEnvelope, currentUrl, _line));
        if (url is null)
            return null;

        var text = CallbackUri.TextOf(url, out var problem);
        return problem is null
            ? Encoding.ASCII.GetBytes(XmlText.Escape(text))
            : throw new InvalidOperationException($"The URL chosen for document {_index - 1} can't be set. {problem}");
    }

    private void StopBuffering()
    {
        _isBuffering = false;
        _output.MoveFrom(_buffered);
    }

    private void Write(in XmlToken token) => Write(token.Bytes, token.Position);

    private void Write(ReadOnlySpan<byte> bytes, XmlPosition position)
    {
        if (_isBuffering && _buffered.Length + bytes.Length > MaxBufferedBytes)
            throw new ESignFormatException(position, $"A document has more than {MaxBufferedBytes} bytes before its PDF. Move the PDF forward.");
        (_isBuffering ? _buffered : _output).Write(bytes);
    }
}
