using System.Text;

namespace WebSo.Events.ESign.Xml;

// The names of the open elements. Checks that there is one root, and that each end tag matches the last start tag.
internal sealed class XmlElementStack
{
    private const int MaxDepth = 100;

    private readonly List<byte[]> _open = [];
    private bool _hasRoot;

    public int Depth => _open.Count;

    public void Add(in XmlToken tag)
    {
        if (tag.Kind == XmlTokenKind.EndTag)
            Pop(tag);
        else
            Push(tag);
    }

    public void CheckAllClosed(XmlPosition position)
    {
        if (_open.Count > 0)
            throw new ESignFormatException(position, $"The upload ends before '</{Show(_open[_open.Count - 1])}>'. It may be truncated.");
        if (!_hasRoot)
            throw new ESignFormatException(position, "The upload contains no element. Provide an ESign XML.");
    }

    private void Push(in XmlToken tag)
    {
        if (_open.Count == 0 && _hasRoot)
            throw new ESignFormatException(tag.Position, "The upload has a second root element. Delete one of them.");
        if (_open.Count == MaxDepth)
            throw new ESignFormatException(tag.Position, $"Elements are nested more than {MaxDepth} levels deep.");

        _hasRoot = true;
        if (tag.Kind == XmlTokenKind.StartTag)
            _open.Add(tag.Name.ToArray());
    }

    private void Pop(in XmlToken tag)
    {
        if (_open.Count == 0)
            throw new ESignFormatException(tag.Position, $"The end tag '</{Show(tag.Name)}>' has no start tag.");

        var last = _open[_open.Count - 1];
        if (!tag.Name.SequenceEqual(last))
            throw new ESignFormatException(tag.Position, $"The end tag is '</{Show(tag.Name)}>', but '</{Show(last)}>' is expected.");
        _open.RemoveAt(_open.Count - 1);
    }

    private static string Show(ReadOnlySpan<byte> name) => LogText.Of(Encoding.UTF8.GetString(name));
}
