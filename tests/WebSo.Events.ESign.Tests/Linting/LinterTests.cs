using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class LinterTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("webso-events-");

    private string ConfigurationPath => Path.Combine(_directory.FullName, "config.ini");

    public void Dispose() => _directory.Delete(recursive: true);

    // One file per reason for which a receiver refuses a config.ini.
    [Theory]
    [InlineData("", "file-without-keys")]
    [InlineData("webso_events_url=https://h/\nwebso_events_keys: user", "key-separator")]
    [InlineData("webso_events_url=https://h/\nwebso_events_key=user", "key-unknown")]
    [InlineData("webso_events_url=https://h/\nwebso-events-keys=user", "key-misspelled")]
    [InlineData("webso_events_keys=user\nwebso_events_values=foo\nwebso_events_keys=user", "key-twice")]
    [InlineData("webso_events_keys=user", "headers-unequal")]
    [InlineData("webso_events_keys=user\nwebso_events_values=foo,bar", "header-value-comma")]
    [InlineData("webso_events_keys=user,USER\nwebso_events_values=foo,bar", "header-twice")]
    [InlineData("webso_events_url=https://h/\0", "file-encoding")]
    public void LintConfigurationFile_FileThatReadRefuses_ReportsTheReasonAsError(string text, string code)
    {
        File.WriteAllText(ConfigurationPath, text);

        var read = () => WebSoServerConfiguration.Read(ConfigurationPath);
        var findings = WebSoLinter.LintConfigurationFile(ConfigurationPath);

        var message = read.Should().Throw<InvalidDataException>().Which.Message;
        var finding = findings.Should().ContainSingle(finding => finding.Code == code).Which;
        finding.Severity.Should().Be(WebSoLintSeverity.Error);

        // Where Read gives a line, it is the line of the finding.
        if (finding.Line is { } line)
            message.Should().Contain($", line {line}: ");
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void LintConfigurationFile_WideEncoding_ReportsTheEncodingLast(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        File.WriteAllText(ConfigurationPath, "webso_events_url=https://h/\nwebso_events_keys=user\n", encoding);

        var findings = WebSoLinter.LintConfigurationFile(ConfigurationPath);

        findings.Select(finding => finding.Code).Should().Equal("headers-unequal", "retry-unset", "file-encoding");
    }

    [Fact]
    public void LintConfigurationFile_NoSuchFile_ThrowsIOException()
    {
        var lint = () => WebSoLinter.LintConfigurationFile(ConfigurationPath);

        lint.Should().Throw<IOException>();
    }

    [Fact]
    public void LintConfiguration_SeveralMistakes_AreInTheOrderOfTheLines()
    {
        var configuration = WebSoServerConfiguration.Parse("webso_events_retry=x\nwebso_event_filter=a\nwebso_events_keys=a b\nwebso_events_values=1");

        var findings = WebSoLinter.LintConfiguration(configuration);

        findings.Select(finding => (finding.Line, finding.Code)).Should().Equal(
            (1, "number-unreadable"), (2, "key-misspelled"), (3, "header-name"), (null, "url-missing"));
        findings[0].ToString().Should().Be("line 1: Error number-unreadable: The value of webso_events_retry is not a number in the allowed range.");
        findings[3].ToString().Should().Be("Error url-missing: webso_events_url is not set.");
    }

    [Fact]
    public async Task LintUpload_EachUrlOfAnEnvelope_IsChecked()
    {
        var findings = await LintUploadAsync(
            """
            <ESign><SignatureRequestEnvelope><Documents>
            <Document><CallbackUrl>https://host/events</CallbackUrl><PDF/></Document>
            <Document><CallbackUrl>https://host/events></CallbackUrl><PDF/></Document>
            <Document><PDF/></Document>
            <Document><CallbackUrl> </CallbackUrl><PDF/></Document>
            </Documents></SignatureRequestEnvelope></ESign>
            """);

        findings.Select(finding => (finding.Line, finding.Code, finding.Severity)).Should().Equal(
            (3, "url-stray-bracket", WebSoLintSeverity.Error), (5, "callback-url-empty", WebSoLintSeverity.Warning));
    }

    // A finding is the same refusal as the exception: the problem and its line.
    [Fact]
    public async Task LintUpload_UploadThatReadAllRefuses_ReportsTheReason()
    {
        const string Upload = "<ESign>\n<CallbackURL/><PDF/></ESign>";

        var findings = await LintUploadAsync(Upload);

        var read = () => ESignDocument.ReadAllAsync(StreamOf(Upload), TestContext.Current.CancellationToken);
        var refusal = ESignRefusal.Of((await read.Should().ThrowAsync<FormatException>()).Which);
        findings.Should().ContainSingle().Which.Should().Match<WebSoLintFinding>(finding =>
            finding.Code == "esign-unreadable" && finding.Line == refusal.Line && finding.Problem == refusal.Problem && finding.Severity == WebSoLintSeverity.Error);
    }

    [Fact]
    public async Task LintUpload_Canceled_Throws()
    {
        var lint = () => WebSoLinter.LintUploadAsync(StreamOf("<ESign/>"), new CancellationToken(true));

        await lint.Should().ThrowAsync<OperationCanceledException>();
    }

    private static Task<IReadOnlyList<WebSoLintFinding>> LintUploadAsync(string xml) =>
        WebSoLinter.LintUploadAsync(StreamOf(xml), TestContext.Current.CancellationToken);

    private static MemoryStream StreamOf(string text) => new(Encoding.UTF8.GetBytes(text));
}
