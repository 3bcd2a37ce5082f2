using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>No finding shows a value, wherever in a config.ini it was written by mistake.</summary>
public sealed class LinterSecretTests
{
    public static TheoryData<string> Secrets => ["s3cret", "s3cret_x", "s3cret/x=", "s3cret==", "Basic s3cret==", "Sec-s3cret", "Proxy-s3cret", "s3crét", "s3cret ; x", "'s3cret'"];

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Lint_SecretInPlaceOfName_IsNotShown(string secret)
    {
        string[] mistakes =
        [
            $"webso_events_keys={secret}\nwebso_events_values=X-Key",
            $"webso_events_keys={secret}\nwebso_events_values=schlüssel",
            $"webso_events_keys={secret}\nwebso_events_values=",
            $"webso_events_keys={secret},x\nwebso_events_values=a,",
            $"webso_events_keys={secret},{secret}\nwebso_events_values=a,b",
            $"webso_events_keys={secret}",
            $"webso_events_keys=X-Key: {secret}\nwebso_events_values=a",
            $"webso_events_keys{secret}\nwebso_events_values{secret}",
            $"webso_events_values:{secret}",
            $"webso_events_values-{secret}=",
            $"webso_events_value {secret}",
            $"webso_events_password_{secret}=1",
            $"webso_events_values={secret}",
            $"webso_events_filter={secret}",
            $"webso_events_filter=USER_FINISH {secret}",
            $"webso_events_retry={secret}\nwebso_events_retries={secret}",
            $"webso_events_url={secret}",
            $"webso_events_url=https://u:{secret}@host/{secret}?{secret}#{secret}",
        ];
        foreach (var mistake in mistakes)
        {
            var findings = WebSoLinter.LintConfiguration(WebSoServerConfiguration.Parse("webso_events_url=https://host/\n" + mistake));

            findings.Should().NotBeEmpty(mistake);
            findings.Should().OnlyContain(finding => !(finding.Problem + finding.Consequence + finding.Fix).Contains("s3cr"), mistake);
        }
    }
}
