using System.Globalization;
using System.Text;
using System.Xml;
using CsCheck;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class ESignFuzzTests(ITestOutputHelper output)
{
    private const string Url = "https://h/p?a=1&amp;b=2";

    private static readonly Gen<string> s_noise = Gen.OneOf(
        "", " ", "\r\n\t", "text", "&amp;&#65;", "Größe", "]]", "<!-- <PDF> -->", "<!--<CallbackUrl>-->", "<![CDATA[</ESign><PDF>]]>",
        "<?pi <PDF>?>", "<a/>", "<b x='>' y=\"'/>\"/>", "<c><PDF/></c>", "<d><Url>no</Url></d>", "<e\n/>", "<PDFx/>", "<xCallbackUrl/>");

    private static readonly Gen<string> s_noises = s_noise.Array[0, 4].Select(parts => string.Concat(parts));

    private static readonly Gen<string> s_url = Gen.OneOf(
        "<CallbackUrl>{0}</CallbackUrl>", "<CallbackUrl >{0}</CallbackUrl\n>", "<CallbackUrl a='>'>{0}</CallbackUrl>");

    private static readonly Gen<string> s_old = Gen.OneOf("", "https://old/", "a&amp;b", "<![CDATA[</CallbackUrl>]]>", "<!--x-->", ">", "<?y?>");

    // The content of a document, before and after its URL is set.
    private static readonly Gen<(string Before, string After)> s_document = Gen.OneOf(
        Gen.Select(s_noises, s_url, s_old, s_noises, s_noises, (a, url, old, b, c) =>
            (a + string.Format(null, url, old) + b + "<PDF>JVBE</PDF>" + c, a + string.Format(null, url, Url) + b + "<PDF>JVBE</PDF>" + c)),
        Gen.Select(s_noises, s_noises, (a, b) =>
        {
            var indent = new string([.. a.TakeWhile(char.IsWhiteSpace)]);
            return (a + "<PDF/>" + b, $"{indent}<CallbackUrl>{Url}</CallbackUrl>{a}<PDF/>{b}");
        }));

    private static readonly Gen<(string Before, string After)> s_upload = Gen.OneOf(
        s_document.Select(document => ($"<ESign>{document.Before}</ESign>", $"<ESign>{document.After}</ESign>")),
        Gen.Select(s_noise, s_document.Array[1, 3], s_noise, (a, documents, b) => (
            Envelope(a, documents.Select(document => document.Before), b),
            Envelope(a, documents.Select(document => document.After), b))));

    [Fact]
    public void SetCallbackUrls_GeneratedUpload_ChangesOnlyTheUrls() =>
        Run(Gen.Select(s_upload, Gen.Int[1, 9], Gen.Bool), (upload, chunk, isLatin1) =>
        {
            var encoding = isLatin1 ? Encoding.Latin1 : Encoding.UTF8;
            var declaration = $"<?xml version=\"1.0\" encoding='{encoding.WebName}'?>";

            var result = Set(encoding.GetBytes(declaration + upload.Before), chunk);

            return encoding.GetString(result) == declaration + upload.After;
        }, few: 1000);

    // Any input is either refused with a position, or copied completely.
    [Fact]
    public void SetCallbackUrls_DamagedUpload_IsRefusedOrCopiedCompletely()
    {
        var bytes = Gen.OneOf<byte>([.. "<>/!-[]?='\"& \0aCPD"u8, 0xEF, 0xFE, 0xFF]);
        var valid = Corpus.Names("esign-valid").Select(name => Corpus.Read("esign-valid", name)).ToArray();
        var malformed = Corpus.Names("esign-malformed").Select(name => Corpus.Read("esign-malformed", name)).ToArray();
        var seeds = Gen.OneOf(Gen.OneOf<byte[]>(valid), Gen.OneOf<byte[]>(valid), Gen.OneOf<byte[]>(malformed));
        var refused = 0L;

        Run(Gen.Select(seeds, Gen.Select(Gen.Double[0, 1], Gen.Int[0, 2], bytes.Array[0, 2]).Array[0, 2]), (seed, edits) =>
        {
            var input = edits.Aggregate(seed, (text, edit) =>
            {
                var at = (int)(edit.Item1 * text.Length);
                return [.. text[..at], .. edit.Item3, .. text[Math.Min(text.Length, at + edit.Item2)..]];
            });

            try
            {
                var copied = Set(input, 64, _ => null).AsSpan().SequenceEqual(input);
                return copied && IsWellFormedIfItWas(input, Set(input, 64));
            }
            catch (FormatException e)
            {
                Interlocked.Increment(ref refused);
                return ESignRefusal.Of(e).BytePosition <= input.Length;
            }
        }, few: 3000);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{refused} refused"));
        refused.Should().BePositive();
    }

    // We read every documented ESign upload that XmlReader reads.
    [Theory]
    [InlineData("<ESign><PDF/></ESign>")]
    [InlineData("<ESign><CallbackUrl>https://old/</CallbackUrl><PDF>JVBE</PDF></ESign>")]
    public void SetCallbackUrls_AnyByteChanged_RefusesNoValidUpload(string upload)
    {
        for (var at = 0; at < upload.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                var input = Encoding.ASCII.GetBytes(upload);
                input[at] = (byte)value;
                var isUpload = ESignOracle.Read(input).Verdict == ESignOracle.Verdict.Read;

                var refusal = Record.Exception(() => Set(input, 1));

                if (refusal is not null)
                {
                    ESignRefusal.Of(refusal.Should().BeAssignableTo<FormatException>().Subject);
                    isUpload.Should().BeFalse("{0} is XML: {1}", Encoding.ASCII.GetString(input), refusal.Message);
                }
            }
        }
    }

    private static string Envelope(string before, IEnumerable<string> documents, string after)
    {
        var inner = string.Concat(documents.Select(document => $"<Document id='1'>{document}</Document>{after}"));
        return $"<ESign>{before.Replace("<PDF", "<P").Replace("</PDF", "</P")}<SignatureRequestEnvelope><Documents>{inner}</Documents>{after}</SignatureRequestEnvelope>{after}</ESign>";
    }

    private static bool IsWellFormedIfItWas(byte[] before, byte[] after) => !IsWellFormed(before) || IsWellFormed(after);

    private static bool IsWellFormed(byte[] xml) => RootOf(xml) is not null;

    private static string? RootOf(byte[] xml)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            var root = reader.MoveToContent() == XmlNodeType.Element ? reader.Name : null;
            while (reader.Read())
            {
            }

            return root;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static byte[] Set(byte[] input, int chunk, Func<ESignDocument, Uri?>? choose = null)
    {
        using var source = new ChunkedStream(input, chunk);
        using var target = new MemoryStream();
        ESignDocument.SetCallbackUrls(source, target, choose ?? (_ => new Uri("https://h/p?a=1&b=2")));
        return target.ToArray();
    }

    private void Run<T1, T2>(Gen<(T1, T2)> gen, Func<T1, T2, bool> holds, long few)
    {
        var cases = LongRun.Cases(few);
        gen.Sample(t => holds(t.Item1, t.Item2), iter: cases);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cases} cases"));
    }

    private void Run<T1, T2, T3>(Gen<(T1, T2, T3)> gen, Func<T1, T2, T3, bool> holds, long few) =>
        Run(gen.Select(t => (t, 0)), (t, _) => holds(t.Item1, t.Item2, t.Item3), few);
}
