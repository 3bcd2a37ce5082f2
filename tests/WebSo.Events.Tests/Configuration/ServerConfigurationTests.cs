using System.Text;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class ServerConfigurationTests
{
    private const string Whole = """
        ; a comment = with a sign
        # webso_events_url=http://comment
          ; webso_events_url=http://indented
        [server]
        port=8080
        webso_events_url = https://host/servlet?a=b&c=d
        webso_events_filter=RENDER_RETURN, USER_FINISH
        [webso_events_url=in-a-section]
        webso_events_retry= 3000
        webso_events_retries=3
        webso_events_keys=user,password , Authorization
        webso_events_values=foo,b#r;=x, Basic Zm9vOmJhcg==
        no sign at all
        =no key
        """;

    [Theory]
    [InlineData("\n", "")]
    [InlineData("\r\n", "")]
    [InlineData("\n", "\uFEFF")]
    [InlineData("\r\n", "\uFEFF")]
    public void Parse_AllKeys_GivesEachValue(string newLine, string begin)
    {
        var configuration = WebSoServerConfiguration.Parse(begin + Whole.ReplaceLineEndings(newLine));

        configuration.Url.Should().Be("https://host/servlet?a=b&c=d");
        configuration.Filter.Should().Be("RENDER_RETURN, USER_FINISH");
        (configuration.RetryDelay, configuration.MaxRetries).Should().Be((TimeSpan.FromSeconds(3), 3));
        configuration.Headers.Should().Equal(
            KeyValuePair.Create("user", "foo"),
            KeyValuePair.Create("password", "b#r;=x"),
            KeyValuePair.Create("Authorization", "Basic Zm9vOmJhcg=="));
        configuration.HeadersAreWhole.Should().BeTrue();
    }

    [Fact]
    public void Parse_ByteOrderMarkBeforeAKey_IsIgnored() =>
        WebSoServerConfiguration.Parse("\uFEFFwebso_events_url=http://host").Url.Should().Be("http://host");

    [Theory]
    [InlineData("")]
    [InlineData("webso_events_url=\nwebso_events_filter= \nwebso_events_keys=\nwebso_events_values=\nwebso_events_retry=\nwebso_events_retries=")]
    [InlineData("WEBSO_EVENTS_URL=http://host\nxwebso_events_url=http://host\nwebso_events_urls=http://host")]
    public void Parse_NothingOrOtherKeys_IsNotSet(string text)
    {
        var configuration = WebSoServerConfiguration.Parse(text);

        (configuration.Url, configuration.Filter, configuration.RetryDelay, configuration.MaxRetries).Should().Be((null, null, null, null));
        configuration.Headers.Should().BeEmpty();
        configuration.HeadersAreWhole.Should().BeTrue();
    }

    [Fact]
    public void Parse_KeyGivenTwice_TakesTheLast() =>
        WebSoServerConfiguration.Parse("webso_events_url=http://a\nwebso_events_url=http://b").Url.Should().Be("http://b");

    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("-1", null, -1)]
    [InlineData("-2", null, null)]
    [InlineData("2147483647", int.MaxValue, int.MaxValue)]
    [InlineData("2147483648", null, null)]
    [InlineData("3.5", null, null)]
    [InlineData("3 000", null, null)]
    [InlineData("five", null, null)]
    public void Parse_Numbers_AreNotSetOutOfRange(string number, int? delay, int? retries)
    {
        var configuration = WebSoServerConfiguration.Parse($"webso_events_retry={number}\nwebso_events_retries={number}");

        configuration.RetryDelay.Should().Be(delay is { } ms ? TimeSpan.FromMilliseconds(ms) : null);
        configuration.MaxRetries.Should().Be(retries);
    }

    [Theory]
    [InlineData("webso_events_keys=a,b\nwebso_events_values=1", 1)]
    [InlineData("webso_events_keys=a\nwebso_events_values=1,2", 1)]
    [InlineData("webso_events_keys=a", 0)]
    [InlineData("webso_events_values=1", 0)]
    public void Parse_UnequalKeysAndValues_SaysSo(string text, int headers)
    {
        var configuration = WebSoServerConfiguration.Parse(text);

        configuration.HeadersAreWhole.Should().BeFalse();
        configuration.Headers.Should().HaveCount(headers);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("iso-8859-1")]
    public void Read_FileInEitherEncoding_GivesTheText(string encoding)
    {
        using var file = new TemporaryFile(Encoding.GetEncoding(encoding).GetBytes("webso_events_keys=user\r\nwebso_events_values=Jörg\r\n"));

        WebSoServerConfiguration.Read(file.Path).Headers.Should().ContainSingle()
            .Which.Should().Be(KeyValuePair.Create("user", "Jörg"));
    }

    [Fact]
    public void Read_FileThatIsNotThere_ThrowsIOException()
    {
        var act = () => WebSoServerConfiguration.Read(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString()));

        act.Should().Throw<IOException>();
    }

    [Fact]
    public async Task UseServerConfiguration_WholeFile_MakesTheReceiverAgree()
    {
        using var file = new TemporaryFile(Encoding.UTF8.GetBytes(Whole));
        await using var receiver = new TestReceiver(options => options.UseServerConfiguration(file.Path));
        static TestRequest With(string body, string password) => new TestRequest(body)
            .With("user", "foo")
            .With("password", password)
            .With("Authorization", "Basic Zm9vOmJhcg==");

        (await receiver.OutcomeOfAsync(With(Bodies.RenderReturn, "b#r;=x"))).Should().Be(WebSoOutcome.Handled);
        (await receiver.OutcomeOfAsync(With(Bodies.StatusChange, "b#r;=x"))).Should().Be(WebSoOutcome.Filtered);
        (await receiver.OutcomeOfAsync(With(Bodies.RenderReturn, "b"))).Should().Be(WebSoOutcome.Unauthorized);
    }

    [Fact]
    public void UseServerConfiguration_UnequalKeysAndValues_IsRefused()
    {
        using var file = new TemporaryFile("webso_events_keys=a,b\nwebso_events_values=tell-nobody"u8.ToArray());
        var options = new WebSoEventsOptions();

        var act = () => options.UseServerConfiguration(file.Path);

        act.Should().Throw<InvalidDataException>().Which.Message.Should().Contain(file.Path).And.NotContain("tell-nobody");
    }
}
