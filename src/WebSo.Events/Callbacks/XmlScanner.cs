using System.Text;

namespace WebSo.Events;

// Cuts XML into pieces as its bytes come in, and checks what is needed to be sure of the places: tags, nesting, ends of sections.
internal sealed class XmlScanner
{
    private const int BufferSize = 64 * 1024;

    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly XmlNesting _nesting = new();
    private int _start;
    private int _end;
    private bool _isAtEnd;
    private bool _isBegun;

    // Within a comment, CDATA or an instruction: what ends it, and where it began.
    private byte[]? _terminator;
    private XmlPosition _sectionPosition;

    // Of what TryRead reads next.
    private XmlPosition _position = XmlPosition.Start;

    // Of the text; known once the first piece is read.
    public Encoding Encoding { get; private set; } = Encoding.UTF8;

    // Fills the buffer as far as there are bytes; false at the end of the input.
    public bool Fill(Stream input)
    {
        MakeRoom();
        while (_end < _buffer.Length && !_isAtEnd)
            Advance(input.Read(_buffer, _end, _buffer.Length - _end));
        return !_isAtEnd;
    }

    public async ValueTask<bool> FillAsync(Stream input, CancellationToken cancellationToken)
    {
        MakeRoom();
        while (_end < _buffer.Length && !_isAtEnd)
            Advance(await input.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false));
        return !_isAtEnd;
    }

    // False where more bytes are needed, or none are left.
    public bool TryRead(out XmlPiece piece)
    {
        if (!_isBegun)
        {
            Encoding = XmlEncoding.Find(Rest);
            _isBegun = true;
        }

        piece = default;
        if (_start == _end)
        {
            if (_isAtEnd)
                CheckEnd();
            return false;
        }

        if (_terminator is not null)
            return TryReadSection(out piece);
        if (_buffer[_start] != '<')
        {
            piece = ReadText();
            return true;
        }

        return TryReadMarkup(out piece);
    }

    private ReadOnlySpan<byte> Rest => _buffer.AsSpan(_start, _end - _start);

    private void MakeRoom()
    {
        if (_start == 0 && _end == _buffer.Length)
            throw new ESignFormatException(_position, $"A tag is longer than {BufferSize} bytes, or its quotes are not closed.");

        Rest.CopyTo(_buffer);
        _end -= _start;
        _start = 0;
    }

    private void Advance(int read)
    {
        _end += read;
        _isAtEnd = read == 0;
    }

    private XmlPiece ReadText()
    {
        var length = Rest.IndexOf((byte)'<');
        if (length < 0)
            length = Rest.Length;
        if (_nesting.Depth == 0)
            CheckIsSpace(length);
        return Take(length);
    }

    private void CheckIsSpace(int length)
    {
        for (var i = _position.Byte == 0 ? XmlEncoding.MarkLength(Rest) : 0; i < length; i++)
        {
            if (!XmlText.IsSpace(Rest[i]))
                throw new ESignFormatException(_position.Advance(Rest.Slice(0, i)), "There is text outside the root element.");
        }
    }

    private bool TryReadMarkup(out XmlPiece piece)
    {
        piece = default;
        if (Rest.StartsWith("<!--"u8))
            piece = BeginSection(4, "-->"u8);
        else if (Rest.StartsWith("<?"u8))
            piece = BeginSection(2, "?>"u8);
        else if (Rest.StartsWith("<![CDATA["u8))
            piece = BeginCData();
        else if (!_isAtEnd && Rest.Length < "<![CDATA[".Length)
            return false;
        else if (Rest.StartsWith("<!DOCTYPE"u8))
            throw new ESignFormatException(_position, "The upload has a DTD, which is refused. Remove the DOCTYPE.");
        else if (Rest.StartsWith("<!"u8))
            throw new ESignFormatException(_position, "'<!' begins neither a comment nor CDATA.");
        else
            return TryReadTag(out piece);
        return true;
    }

    private bool TryReadTag(out XmlPiece piece)
    {
        if (!XmlTag.TryRead(Rest, _position, out piece))
            return _isAtEnd ? throw new ESignFormatException(_position, "The upload ends within a tag.") : false;

        _nesting.Take(piece);
        Pass(piece.Bytes);
        return true;
    }

    private XmlPiece BeginCData()
    {
        if (_nesting.Depth == 0)
            throw new ESignFormatException(_position, "There is CDATA outside the root element.");
        return BeginSection("<![CDATA[".Length, "]]>"u8);
    }

    private XmlPiece BeginSection(int length, ReadOnlySpan<byte> terminator)
    {
        _terminator = terminator.ToArray();
        _sectionPosition = _position;
        return Take(length);
    }

    private bool TryReadSection(out XmlPiece piece)
    {
        piece = default;
        var index = Rest.IndexOf(_terminator);
        if (index >= 0)
        {
            piece = Take(index + _terminator!.Length);
            _terminator = null;
            return true;
        }

        if (_isAtEnd)
            throw new ESignFormatException(_sectionPosition, "A comment, CDATA or an instruction begins here and does not end.");

        // The terminator may be cut in two by the end of the buffer.
        var length = Rest.Length - _terminator!.Length + 1;
        if (length <= 0)
            return false;
        piece = Take(length);
        return true;
    }

    private XmlPiece Take(int length)
    {
        var piece = new XmlPiece(XmlPieceKind.Content, Rest.Slice(0, length), default, _position);
        Pass(piece.Bytes);
        return piece;
    }

    private void Pass(ReadOnlySpan<byte> bytes)
    {
        _position = _position.Advance(bytes);
        _start += bytes.Length;
    }

    private void CheckEnd()
    {
        if (_terminator is not null)
            throw new ESignFormatException(_sectionPosition, "A comment, CDATA or an instruction begins here and does not end.");
        _nesting.CheckEnd(_position);
    }
}
