using System.Text;
using CsCheck;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>Any config.ini can be linted, and each file that a receiver refuses has an error.</summary>
public sealed class LinterPropertyTests : IDisposable
{
    private static readonly Gen<string> s_value = Gen.OneOf(
        Gen.String[0, 20],
        Gen.String[Gen.Char["0123456789-+,.;=# \t\uFEFF"], 0, 20],
        Gen.OneOf("-1", "2147483648", "http://host", "https://host:99999/", "http://user:password@[::1]/>", "RENDER_RETURN,,user_finish", "foo,bar", "Basic Zm9vOmJhcg=="));

    private static readonly Gen<string> s_line = Gen.OneOf(
        Gen.Select(
            Gen.OneOf("webso_events_url", "webso_events_filter", "webso_events_retry", "webso_events_retries", "webso_events_keys", "webso_events_values", "webso_events_made_up", "webso_events_key", "WEBSO_EVENTS_VALUES", "webso_events_keys:", ";webso_events_url", " webso_events_url\t"),
            s_value,
            (key, value) => key + "=" + value),
        Gen.String[0, 40]);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("webso-events-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void LintConfiguration_AnyLines_ReturnsFindings() =>
        Gen.Select(s_line.Array[0, 12], Gen.OneOf("\n", "\r\n", "\r"), (lines, end) => string.Join(end, lines))
            .Sample(
                text => WebSoLinter.LintConfiguration(WebSoServerConfiguration.Parse(text)).All(finding => finding.Problem.EndsWith('.') && finding.Fix.Length > 0),
                iter: LongRun.Cases(20_000));

    [Fact]
    public void LintConfigurationFile_AnyBytes_FindsAnErrorIfReadRefusesTheFile()
    {
        var path = Path.Combine(_directory.FullName, "config.ini");
        var (accepted, refused) = (0, 0);

        Gen.Select(s_line, Gen.Byte.Array[0, 100], (line, bytes) => (byte[])[.. Encoding.UTF8.GetBytes(line), .. bytes]).Sample(
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                var findings = WebSoLinter.LintConfigurationFile(path);
                try
                {
                    WebSoServerConfiguration.Read(path);
                    accepted++;
                    return true;
                }
                catch (InvalidDataException)
                {
                    refused++;
                    return findings.Any(finding => finding.Severity == WebSoLintSeverity.Error);
                }
            },
            iter: LongRun.Cases(1_000),
            threads: 1);

        accepted.Should().BePositive();
        refused.Should().BePositive();
    }
}
