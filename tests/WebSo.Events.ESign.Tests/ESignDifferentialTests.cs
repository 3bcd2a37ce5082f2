using System.Globalization;
using System.Text;
using CsCheck;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

// Compares our scanner with XmlReader: the same documents and URLs, the same refusals, and never a second URL in the output.
public sealed class ESignDifferentialTests(ITestOutputHelper output)
{
    private const string Url = "https://h/p?a=1&b=2";

    private static readonly Gen<string> s_text = Gen.OneOf(
        "", " ", "\r\n", "\n\t", "\r", "https://old/", "a&amp;b", "&#x41;&#66;", "<![CDATA[</CallbackUrl>&]]>", "<!--<CallbackUrl>-->", "<?p <PDF>?>", ">", "]]", "Größe");

    private static readonly Gen<string> s_name = Gen.OneOf(
        "a", "b.c", "ESign", "Url", "CallbackUrls", "xCallbackUrl", "CallbackUrl", "CallbackURL", "callbackurl", "x:CallbackUrl", "x:callbackUrl", "PDF", "pdf", "x:PDF",
        "Document", "document", "x:Document", "Documents", "DOCUMENTS", "SignatureRequestEnvelope", "signatureRequestEnvelope", "x:SignatureRequestEnvelope");

    private static readonly Gen<string> s_harmless = Gen.Select(Gen.OneOf("a", "b.c", "Url", "x:y", "PDFx"), s_text, (name, text) => $"<{name}>{text}</{name}>");

    private static readonly Gen<string> s_any = Gen.Select(s_name, s_text, s_name, Gen.Int[0, 4], (name, text, inner, form) => form switch
    {
        0 => $"<{name}/>",
        1 => $"<{name} a='>'\n/>",
        2 => $"<{name}>{text}<{inner}>{text}</{inner}></{name}>",
        _ => $"<{name}>{text}</{name}>",
    });

    // Mostly harmless, so that some uploads are valid.
    private static readonly Gen<string> s_noise = Gen.Frequency((6, s_text), (3, s_harmless), (1, s_any));

    private static readonly Gen<string> s_url = Gen.Frequency(
        (4, s_text.Select(text => $"<CallbackUrl>{text}</CallbackUrl>")), (1, Gen.Const("<CallbackUrl a='1'\r/>")), (3, Gen.Const("")), (1, s_any));

    private static readonly Gen<string> s_content = Gen.Select(s_noise, s_url, s_noise, s_noise, (a, url, b, c) => $"{a}{url}{b}<PDF>JVBE</PDF>{c}");

    private static readonly Gen<string> s_upload = Gen.OneOf(
        s_content.Select(content => $"<ESign xmlns:x='u'>{content}</ESign>"),
        Gen.Select(s_noise, s_content.Array[0, 3], s_noise, s_noise, (a, contents, b, c) =>
            $"<ESign xmlns:x='u'>{a}<SignatureRequestEnvelope>\n<Documents>{string.Concat(contents.Select(content => $"\n<Document>{content}</Document>"))}{b}</Documents></SignatureRequestEnvelope>{c}</ESign>"));

    [Fact]
    public void ReadAll_GeneratedUpload_AgreesWithXmlReader()
    {
        var encodings = Gen.OneOf("", "utf-8", "windows-1252", "iso-8859-15", "WINDOWS-1250", "ISO-8859-1");

        Check(Gen.Select(s_upload, encodings, (upload, name) =>
        {
            var encoding = name.Length == 0 ? Encoding.UTF8 : CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
            return encoding.GetBytes((name.Length == 0 ? "" : $"<?xml version='1.0' encoding='{name}'?>\n") + upload);
        }));
    }

    [Fact]
    public void ReadAll_EditedUpload_AgreesWithXmlReader()
    {
        var bytes = Gen.OneOf<byte>([.. "<>/!-[]?='\"& :\r\nACPDcuU"u8, 0xC3, 0xBC]);

        // XmlReader does not limit the depth.
        var malformed = Corpus.Names("esign-malformed").Where(name => name != "deep.xml").Select(name => Corpus.Read("esign-malformed", name));
        var seeds = Gen.OneOf<byte[]>([.. Corpus.Names("esign-valid").Select(name => Corpus.Read("esign-valid", name)), .. malformed]);

        Check(Gen.Select(seeds, Gen.Select(Gen.Double[0, 1], Gen.Int[0, 3], bytes.Array[0, 3]).Array[0, 2], (seed, edits) =>
            edits.Aggregate(seed, (text, edit) =>
            {
                var at = (int)(edit.Item1 * text.Length);
                return [.. text[..at], .. edit.Item3, .. text[Math.Min(text.Length, at + edit.Item2)..]];
            })));
    }

    private void Check(Gen<byte[]> inputs)
    {
        var counts = new Dictionary<ESignOracle.Verdict, long>();
        inputs.Sample(
            input =>
            {
                var (verdict, expected) = ESignOracle.Read(input);
                counts[verdict] = counts.GetValueOrDefault(verdict) + 1;
                var documents = Edit(input, out var edited);
                return verdict switch
                {
                    ESignOracle.Verdict.Read => documents is not null && documents.SequenceEqual(expected) && HasOneUrlEach(edited, documents.Count),
                    ESignOracle.Verdict.Refused => documents is null,
                    _ => true,
                };
            },
            iter: LongRun.Cases(4000),
            threads: 1,
            print: input => Encoding.Latin1.GetString(input));

        output.WriteLine(string.Join(", ", counts.Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Value} {count.Key}"))));
        counts.Keys.Should().Contain([ESignOracle.Verdict.Read, ESignOracle.Verdict.Refused], "valid and refused uploads are both tried");
    }

    // Reads the output with the other implementation.
    private static bool HasOneUrlEach(byte[] edited, int documents)
    {
        var (verdict, written) = ESignOracle.Read(edited);
        return verdict == ESignOracle.Verdict.Read && ESignOracle.CountUrls(edited) == documents && written.Select(document => document.Url).SequenceEqual(Enumerable.Repeat(Url, documents));
    }

    // Null if the upload is refused. XmlReader normalizes the line ends within a URL.
    private static List<(string? Url, int Line)>? Edit(byte[] input, out byte[] edited)
    {
        var documents = new List<(string? Url, int Line)>();
        using var source = new ChunkedStream(input, 5);
        using var target = new MemoryStream();
        try
        {
            ESignDocument.SetCallbackUrls(source, target, document =>
            {
                documents.Add((document.CallbackUrl?.ReplaceLineEndings("\n"), document.Line));
                return new Uri(Url);
            });
        }
        catch (FormatException e)
        {
            ESignRefusal.Of(e).Line.Should().BePositive();
            edited = [];
            return null;
        }

        edited = target.ToArray();
        return documents;
    }
}
