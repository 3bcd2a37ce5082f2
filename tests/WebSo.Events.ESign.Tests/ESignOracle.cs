using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace WebSo.Events;

// Reads the documents of an upload with another implementation: XmlReader, and the rules of ESignDocument written differently.
internal static partial class ESignOracle
{
    public enum Verdict
    {
        Malformed,
        Refused,
        Read,
    }

    public static (Verdict Verdict, List<(string? Url, int Line)> Documents) Read(byte[] xml)
    {
        try
        {
            using var reader = Open(xml);
            return Judge(Load(reader));
        }
        catch (Exception e) when (e is XmlException or DecoderFallbackException)
        {
            return (Verdict.Malformed, []);
        }
    }

    // Counts all elements that the server could take for a CallbackUrl.
    public static int CountUrls(byte[] xml)
    {
        using var reader = Open(xml);
        return Load(reader).All().Count(node => node.IsLike("CallbackUrl"));
    }

    // XmlReader does not know the windows code pages, and ignores an incomplete character at the end. So the text is decoded here.
    public static XmlReader Open(byte[] xml)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit };
        var declared = Declared().Match(Encoding.Latin1.GetString(xml)) is { Success: true } match ? match.Groups[1].Value : "utf-8";
        return EncodingOf(declared) is { } encoding
            ? XmlReader.Create(new StringReader(encoding.GetString(xml).TrimStart('\uFEFF')), settings)
            : XmlReader.Create(new MemoryStream(xml), settings);
    }

    private static Encoding? EncodingOf(string name)
    {
        if (name.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            return new UTF8Encoding(false, throwOnInvalidBytes: true);
        if (name.Equals("iso-8859-1", StringComparison.OrdinalIgnoreCase))
            return Encoding.Latin1;
        return name.StartsWith("windows-125", StringComparison.OrdinalIgnoreCase) || name.StartsWith("iso-8859-", StringComparison.OrdinalIgnoreCase)
            ? CodePagesEncodingProvider.Instance.GetEncoding(name)
            : null;
    }

    private static Node Load(XmlReader reader)
    {
        var top = new Node("", 0, false);
        var open = new Stack<Node>([top]);
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element)
            {
                var node = new Node(reader.Name, ((IXmlLineInfo)reader).LineNumber, reader.IsEmptyElement);
                open.Peek().Children.Add(node);
                if (!reader.IsEmptyElement)
                    open.Push(node);
            }
            else if (reader.NodeType == XmlNodeType.EndElement)
            {
                open.Pop();
            }
            else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace)
            {
                open.Peek().Text.Append(reader.Value);
            }
        }

        return top.Children[0];
    }

    private static (Verdict Verdict, List<(string? Url, int Line)> Documents) Judge(Node root)
    {
        var refused = (Verdict.Refused, new List<(string? Url, int Line)>());
        var envelopes = root.Children.Where(node => node.Name == "SignatureRequestEnvelope").ToList();
        var containers = envelopes.SelectMany(node => node.Children).Where(node => node.Name == "Documents").ToList();
        var documents = envelopes.Count > 0 ? [.. containers.SelectMany(node => node.Children).Where(node => node.Name == "Document")] : new List<Node> { root };
        var urls = documents.SelectMany(node => node.Children).Where(node => node.Name == "CallbackUrl").ToList();
        var names = (List<Node>)[root, .. envelopes, .. containers, .. documents];

        var isValid = root.Name == "ESign"
            && envelopes.Count < 2
            && containers.Count < 2
            && documents.Count > 0
            && documents.TrueForAll(node => !node.IsEmpty && HasOneUrlBeforeThePdf(node))
            && urls.TrueForAll(node => node.Children.Count == 0)
            && root.All().Where(node => node.IsLike("CallbackUrl")).All(urls.Contains)
            && root.All().Where(node => node.IsLike("SignatureRequestEnvelope")).All(envelopes.Contains)
            && envelopes.SelectMany(node => node.Children).Where(node => node.IsLike("Documents")).All(containers.Contains)
            && containers.SelectMany(node => node.Children).Where(node => node.IsLike("Document")).All(documents.Contains)
            && documents.Append(root).SelectMany(node => node.Children).Where(node => node.IsLike("PDF")).All(node => node.Name == "PDF")
            && (envelopes.Count == 0 || root.Children.TrueForAll(node => node.Name != "PDF"));
        return isValid ? (Verdict.Read, [.. documents.Select(UrlOf)]) : refused;
    }

    private static bool HasOneUrlBeforeThePdf(Node document)
    {
        var url = document.Children.FindIndex(node => node.Name == "CallbackUrl");
        var pdf = document.Children.FindIndex(node => node.Name == "PDF");
        return url == document.Children.FindLastIndex(node => node.Name == "CallbackUrl") && (url < 0 || pdf < 0 || url < pdf);
    }

    private static (string? Url, int Line) UrlOf(Node document) => document.Children.Find(node => node.Name == "CallbackUrl") is { } url
        ? (url.Text.ToString().Trim(' ', '\t', '\r', '\n'), url.Line)
        : (null, document.Line);

    [GeneratedRegex("""^(?:\xEF\xBB\xBF)?<\?xml\s[^>]*encoding\s*=\s*["']([^"']*)["']""")]
    private static partial Regex Declared();

    private sealed record Node(string Name, int Line, bool IsEmpty)
    {
        public List<Node> Children { get; } = [];

        public StringBuilder Text { get; } = new();

        public bool IsLike(string name) => Name[(Name.IndexOf(':', StringComparison.Ordinal) + 1)..].Equals(name, StringComparison.OrdinalIgnoreCase);

        public IEnumerable<Node> All() => Children.SelectMany(child => child.All()).Prepend(this);
    }
}
