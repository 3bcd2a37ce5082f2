using System.Text;

namespace WebSo.Events;

// The elements that are open, by name: one root, and each end tag ends the last that was begun.
internal sealed class XmlNesting
{
    private const int MaxDepth = 100;

    private readonly List<byte[]> _open = [];
    private bool _hasRoot;

    public int Depth => _open.Count;

    public void Take(in XmlPiece tag)
    {
        if (tag.Kind == XmlPieceKind.EndTag)
            End(tag);
        else
            Begin(tag);
    }

    public void CheckEnd(XmlPosition position)
    {
        if (_open.Count > 0)
            throw new ESignFormatException(position, $"The upload ends while '{Show(_open[_open.Count - 1])}' is open.");
        if (!_hasRoot)
            throw new ESignFormatException(position, "The upload has no element.");
    }

    private void Begin(in XmlPiece tag)
    {
        if (_open.Count == 0 && _hasRoot)
            throw new ESignFormatException(tag.Position, "There is a second root element.");
        if (_open.Count == MaxDepth)
            throw new ESignFormatException(tag.Position, $"Elements are nested deeper than {MaxDepth}.");

        _hasRoot = true;
        if (tag.Kind == XmlPieceKind.StartTag)
            _open.Add(tag.Name.ToArray());
    }

    private void End(in XmlPiece tag)
    {
        if (_open.Count == 0)
            throw new ESignFormatException(tag.Position, "An end tag ends nothing.");

        var last = _open[_open.Count - 1];
        if (!tag.Name.SequenceEqual(last))
            throw new ESignFormatException(tag.Position, $"'{Show(last)}' is open, but '{Show(tag.Name)}' is ended.");
        _open.RemoveAt(_open.Count - 1);
    }

    private static string Show(ReadOnlySpan<byte> name) => LogText.Of(Encoding.UTF8.GetString(name));
}
