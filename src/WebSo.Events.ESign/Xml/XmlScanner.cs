using System.Text;

namespace WebSo.Events.ESign.Xml;

// Splits XML into tokens as its bytes arrive. Checks only what the structure depends on: tags, nesting, and the ends of sections.
internal sealed class XmlScanner
{
    private const int BufferSize = 64 * 1024;

    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly XmlElementStack _elements = new();
    private int _start;
    private int _end;
    private bool _isAtEnd;
    private bool _hasEncoding;

    // Inside a comment, CDATA section or processing instruction: the bytes that end it, and where it starts.
    private byte[]? _terminator;
    private XmlPosition _sectionPosition;

    // The position of the next token.
    private XmlPosition _position = XmlPosition.Start;

    // Known after the first call of TryRead.
    public Encoding Encoding { get; private set; } = Encoding.UTF8;

    // Fills the buffer. False at the end of the input.
    public bool Fill(Stream input)
    {
        MakeRoom();
        while (_end < _buffer.Length && !_isAtEnd)
            Add(input.Read(_buffer, _end, _buffer.Length - _end));
        return !_isAtEnd;
    }

    public async ValueTask<bool> FillAsync(Stream input, CancellationToken cancellationToken)
    {
        MakeRoom();
        while (_end < _buffer.Length && !_isAtEnd)
            Add(await input.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false));
        return !_isAtEnd;
    }

    // False if the buffer must be filled first, or the input has ended.
    public bool TryRead(out XmlToken token)
    {
        if (!_hasEncoding)
        {
            Encoding = XmlEncoding.Detect(Rest);
            _hasEncoding = true;
        }

        token = default;
        if (_start == _end)
        {
            if (_isAtEnd)
                CheckEnd();
            return false;
        }

        if (_terminator is not null)
            return TryReadSection(out token);
        if (_buffer[_start] != '<')
        {
            token = ReadText();
            return true;
        }

        return TryReadMarkup(out token);
    }

    private ReadOnlySpan<byte> Rest => _buffer.AsSpan(_start, _end - _start);

    private void MakeRoom()
    {
        if (_start == 0 && _end == _buffer.Length)
            throw new ESignFormatException(_position, $"A tag is longer than {BufferSize} bytes, or a quote in it is not closed.");

        Rest.CopyTo(_buffer);
        _end -= _start;
        _start = 0;
    }

    private void Add(int count)
    {
        _end += count;
        _isAtEnd = count == 0;
    }

    private XmlToken ReadText()
    {
        var length = Rest.IndexOf((byte)'<');
        if (length < 0)
            length = Rest.Length;
        if (_elements.Depth == 0)
            CheckIsWhiteSpace(length);
        return ReadContent(length);
    }

    private void CheckIsWhiteSpace(int length)
    {
        for (var i = _position.Byte == 0 ? XmlEncoding.ByteOrderMarkLength(Rest) : 0; i < length; i++)
        {
            if (!XmlText.IsWhiteSpace(Rest[i]))
                throw new ESignFormatException(_position.Advance(Rest.Slice(0, i)), "There is text outside the root element. Delete it.");
        }
    }

    private bool TryReadMarkup(out XmlToken token)
    {
        token = default;
        if (Rest.StartsWith("<!--"u8))
            token = StartSection(4, "-->"u8);
        else if (Rest.StartsWith("<?"u8))
            token = StartSection(2, "?>"u8);
        else if (Rest.StartsWith("<![CDATA["u8))
            token = StartCData();
        else if (!_isAtEnd && Rest.Length < "<![CDATA[".Length)
            return false;
        else if (Rest.StartsWith("<!DOCTYPE"u8))
            throw new ESignFormatException(_position, "The upload has a DTD, which is not allowed. Remove the DOCTYPE.");
        else if (Rest.StartsWith("<!"u8))
            throw new ESignFormatException(_position, "'<!' starts neither a comment nor a CDATA section. Write '&lt;' for '<'.");
        else
            return TryReadTag(out token);
        return true;
    }

    private bool TryReadTag(out XmlToken token)
    {
        if (!XmlTagReader.TryRead(Rest, _position, out token))
            return _isAtEnd ? throw new ESignFormatException(_position, "The upload ends inside a tag. It may be truncated.") : false;

        _elements.Add(token);
        Consume(token.Bytes);
        return true;
    }

    private XmlToken StartCData()
    {
        if (_elements.Depth == 0)
            throw new ESignFormatException(_position, "There is a CDATA section outside the root element. Delete it.");
        return StartSection("<![CDATA[".Length, "]]>"u8);
    }

    private XmlToken StartSection(int length, ReadOnlySpan<byte> terminator)
    {
        _terminator = terminator.ToArray();
        _sectionPosition = _position;
        return ReadContent(length);
    }

    private bool TryReadSection(out XmlToken token)
    {
        token = default;
        var index = Rest.IndexOf(_terminator);
        if (index >= 0)
        {
            token = ReadContent(index + _terminator!.Length);
            _terminator = null;
            return true;
        }

        if (_isAtEnd)
            throw UnclosedSection();

        // The end of the buffer may split the terminator.
        var length = Rest.Length - _terminator!.Length + 1;
        if (length <= 0)
            return false;
        token = ReadContent(length);
        return true;
    }

    private XmlToken ReadContent(int length)
    {
        var token = new XmlToken(XmlTokenKind.Content, Rest.Slice(0, length), default, _position);
        Consume(token.Bytes);
        return token;
    }

    private void Consume(ReadOnlySpan<byte> bytes)
    {
        _position = _position.Advance(bytes);
        _start += bytes.Length;
    }

    private void CheckEnd()
    {
        if (_terminator is not null)
            throw UnclosedSection();
        _elements.CheckAllClosed(_position);
    }

    private ESignFormatException UnclosedSection() =>
        new(_sectionPosition, "A comment, CDATA section or processing instruction starts here and does not end.");
}
