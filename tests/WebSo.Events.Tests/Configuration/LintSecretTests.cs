using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

/// <summary>No message shows a value of config.ini, wherever it is misplaced.</summary>
public sealed class LintSecretTests
{
    public static TheoryData<string> Secrets => ["s3cret", "s3cret_x", "s3cret/x=", "s3cret==", "Basic s3cret==", "Sec-s3cret", "Proxy-s3cret", "s3crét", "s3cret ; x", "'s3cret'"];

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Read_SecretAsName_IsNotShown(string secret)
    {
        foreach (var mistake in new[] { $"webso_events_keys={secret},{secret}\nwebso_events_values=a,b", $"webso_events_keys{secret}=", $"webso_events_values:{secret}" })
        {
            using var file = new TemporaryFile(System.Text.Encoding.UTF8.GetBytes("webso_events_url=https://host/\n" + mistake));

            Record.Exception(() => WebSoServerConfiguration.Read(file.Path))?.Message.Should().NotContain("s3cr", mistake);
        }
    }
}
