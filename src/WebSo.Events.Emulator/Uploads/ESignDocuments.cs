namespace WebSo.Events;

// The documents found while an upload is read. An envelope has one CallbackUrl per document, all else one.
internal sealed class ESignDocuments
{
    private static readonly string[] s_root = ["ESign"];
    private static readonly string[] s_envelope = ["ESign", "SignatureRequestEnvelope"];
    private static readonly string[] s_document = ["ESign", "SignatureRequestEnvelope", "Documents", "Document"];

    private readonly List<WebSoESignDocument> _envelope = [];
    private WebSoESignDocument _single = new(null, 1);
    private bool _isEnvelope;

    public void Begin(List<string> path, int line)
    {
        if (path.Count == 1 && path[0] != s_root[0])
            throw new InvalidDataException($"The upload begins with '{path[0]}' at line {line}: an ESign XML begins with 'ESign'.");
        if (path.Count == 1)
            _single = new WebSoESignDocument(null, line);
        _isEnvelope |= path.SequenceEqual(s_envelope);
        if (path.SequenceEqual(s_document))
            _envelope.Add(new WebSoESignDocument(null, line));
    }

    public static bool IsCallbackUrl(List<string> path) =>
        path[^1] == "CallbackUrl" && (Parent(path).SequenceEqual(s_root) || Parent(path).SequenceEqual(s_document));

    public void SetCallbackUrl(List<string> path, string url, int line)
    {
        if (url.Length == 0)
            return;

        var isSingle = Parent(path).SequenceEqual(s_root);
        var document = isSingle ? _single : _envelope[^1];
        if (document.CallbackUrl is not null)
            throw new InvalidDataException($"A document has a second CallbackUrl at line {line}: the first is at line {document.Line}.");

        document = new WebSoESignDocument(url, line);
        if (isSingle)
            _single = document;
        else
            _envelope[^1] = document;
    }

    public IReadOnlyList<WebSoESignDocument> ToList()
    {
        if (!_isEnvelope)
            return [_single];
        if (_envelope.Count == 0)
            throw new InvalidDataException("The upload has an envelope without a document: add SignatureRequestEnvelope/Documents/Document.");

        return _envelope;
    }

    private static IEnumerable<string> Parent(List<string> path) => path.SkipLast(1);
}
