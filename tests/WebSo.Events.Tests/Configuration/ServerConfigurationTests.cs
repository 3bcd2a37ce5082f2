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
    public void Parse_AllKeys_ReturnsEachValue(string newLine, string begin)
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
    public void Parse_ByteOrderMarkBeforeKey_IsIgnored() =>
        WebSoServerConfiguration.Parse("\uFEFFwebso_events_url=http://host").Url.Should().Be("http://host");

    [Theory]
    [InlineData("")]
    [InlineData("webso_events_url=\nwebso_events_filter= \nwebso_events_keys=\nwebso_events_values=\nwebso_events_retry=\nwebso_events_retries=")]
    [InlineData("WEBSO_EVENTS_URL=http://host\nxwebso_events_url=http://host\nwebso_events_urls=http://host")]
    public void Parse_NoEventKeys_ReturnsNulls(string text)
    {
        var configuration = WebSoServerConfiguration.Parse(text);

        (configuration.Url, configuration.Filter, configuration.RetryDelay, configuration.MaxRetries).Should().Be((null, null, null, null));
        configuration.Headers.Should().BeEmpty();
        configuration.HeadersAreWhole.Should().BeTrue();
    }

    [Fact]
    public void Parse_DuplicateKey_ReturnsLastValue() =>
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
    public void Parse_NumberOutOfRange_ReturnsNull(string number, int? delay, int? retries)
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
    public void Parse_UnequalKeysAndValues_SetsHeadersAreWholeToFalse(string text, int headers)
    {
        var configuration = WebSoServerConfiguration.Parse(text);

        configuration.HeadersAreWhole.Should().BeFalse();
        configuration.Headers.Should().HaveCount(headers);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    [InlineData("utf-32BE")]
    [InlineData("iso-8859-1")]
    [InlineData("windows-1252")]
    public void Read_AnyEncoding_ReturnsText(string name)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        foreach (var newLine in new[] { "\n", "\r\n", "\r" })
        {
            foreach (var begin in new[] { "", "; Überschrift" + newLine, encoding.GetString(encoding.GetPreamble()) })
            {
                var value = name == "iso-8859-1" ? "Jörg" : "Jörg€";
                using var file = new TemporaryFile(encoding.GetBytes($"{begin}webso_events_keys=user,X-Key{newLine}webso_events_values={value},1{newLine}"));

                WebSoServerConfiguration.Read(file.Path).Headers.Should().Equal(
                    [KeyValuePair.Create("user", value), KeyValuePair.Create("X-Key", "1")], "{0}, line end {1}, begin {2}", name, newLine.Length, begin);
            }
        }
    }

    // With these files, a receiver would silently require no header.
    [Theory]
    [InlineData("", "No key starts with webso_events_")]
    [InlineData("[database]\nhost=localhost\nkeys=a\n", "No key starts with webso_events_")]
    [InlineData("{\"webso_events_keys\": \"user\"}", "No key starts with webso_events_")]
    [InlineData("webso_events_url=https://h/\nwebso_events_keys: user\nwebso_events_values: foo", "line 2: The key webso_events_keys is not followed by '='")]
    [InlineData("webso_events_url=https://h/\rwebso_events_keys : user\rwebso_events_values=foo", "line 2: The key webso_events_keys")]
    [InlineData("webso_events_keys user\nwebso_events_values foo", "line 1: The key webso_events_keys")]
    [InlineData("webso_events_url: https://h/?a=b", "line 1: The key webso_events_url is not followed by '='")]
    [InlineData("webso_events_url=https://h/\nWEBSO_EVENTS_KEYS=user\nWEBSO_EVENTS_VALUES=foo", "line 2: The key WEBSO_EVENTS_KEYS is probably a misspelling of webso_events_keys")]
    [InlineData("webso_events_url=https://h/\nwebso_events_key=user\nwebso_events_value=foo", "line 2: The key webso_events_key is probably a misspelling of webso_events_keys")]
    [InlineData("webso_events_url=https://h/\nwebso_event_keys=user\nwebso_event_values=foo", "line 2: The key webso_event_keys is probably a misspelling of webso_events_keys")]
    [InlineData("webso_events_url=https://h/\nwebso-events-keys=user\nwebso-events-values=foo", "line 2: The key webso-events-keys is probably a misspelling of webso_events_keys")]
    [InlineData("webso_events_keys=user\nwebso_events_values=foo\nwebso_events_keys=\nwebso_events_values=", "line 3: The key webso_events_keys is already set in line 1")]
    [InlineData("webso_events_keys=user", "line 1: webso_events_keys has 1 name, but webso_events_values has 0 values")]
    [InlineData("webso_events_keys=user\nwebso_events_values=", "line 1: webso_events_keys has 1 name, but webso_events_values has 0 values")]
    [InlineData("webso_events_keys=user,password\nwebso_events_values=foo", "line 1: webso_events_keys has 2 names, but webso_events_values has 1 value")]
    [InlineData("webso_events_keys=user\nwebso_events_values=foo,bar", "line 2: webso_events_keys has 1 name, but webso_events_values has 2 values")]
    [InlineData("webso_events_url=http://h\nwebso_events_values=foo", "line 2: webso_events_keys has 0 names, but webso_events_values has 1 value")]
    [InlineData("webso_events_keys=user,X-Key,User\nwebso_events_values=foo,1,foobar", "line 1: Names 1 and 3 in webso_events_keys are the same header")]
    public void Read_AmbiguousHeaders_ThrowsWithLineNumber(string text, string problem)
    {
        using var file = new TemporaryFile(Encoding.UTF8.GetBytes(text));
        var options = new WebSoEventsOptions();

        var read = () => WebSoServerConfiguration.Read(file.Path);
        var use = () => options.UseServerConfiguration(file.Path);

        read.Should().Throw<InvalidDataException>().Which.Message.Should().Contain(file.Path).And.Contain(problem).And.NotContain("foo");
        use.Should().Throw<InvalidDataException>();
        options.RequiredHeaders.Should().BeEmpty();
    }

    [Theory]
    [InlineData("webso_events_url=https://h/")]
    [InlineData("webso_events_retry=5000")]
    [InlineData("webso_events_url=https://h/\nwebso_events_keys=\nwebso_events_values=")]
    [InlineData("webso_events_url=https://h/\n;webso_events_keys: user\n# WEBSO_EVENTS_KEYS=user\n[webso_events_keys]")]
    [InlineData("webso_events_url=https://h/\nwebso_events_retry=1\nwebso_events_retry=2")]
    public void Read_FileWithoutHeaders_Succeeds(string text)
    {
        using var file = new TemporaryFile(Encoding.UTF8.GetBytes(text));

        WebSoServerConfiguration.Read(file.Path).Headers.Should().BeEmpty();
    }

    // With >>, PowerShell 5.1 appends UTF-16 to a file in any encoding, and cmd appends single bytes to a UTF-16 file.
    [Theory]
    [InlineData("utf-8", "webso_events_url=https://h/\r\n", "utf-16", "webso_events_keys=user\r\nwebso_events_values=foo\r\n")]
    [InlineData("utf-8", "webso_events_url=https://h/abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz\r\n", "utf-16", "webso_events_keys=user\r\n")]
    [InlineData("utf-8", "; a\r\nwebso_events_url=https://h/\r\n", "utf-16BE", "webso_events_keys=user\r\nwebso_events_values=foo\r\n")]
    [InlineData("utf-8", "; a comment\r\n", "utf-16", "webso_events_keys=user\r\nwebso_events_values=foo\r\nwebso_events_url=https://h/\r\n")]
    [InlineData("utf-8", ";a comment\r\n", "utf-16", "webso_events_keys=user\r\nwebso_events_values=foo\r\nwebso_events_url=https://h/\r\n")]
    [InlineData("utf-8", "webso_events_url=https://h/\n", "utf-32", "webso_events_keys=user\nwebso_events_values=foo\n")]
    [InlineData("utf-16", "\uFEFFwebso_events_url=https://h/\r\n", "utf-8", "webso_events_keys=user\r\nwebso_events_values=foo\r\n")]
    [InlineData("utf-16", "\uFEFFwebso_events_url=https://h/\r\n", "utf-8", "webso_events_keys=use\r\nwebso_events_values=foo\r\n")]
    [InlineData("utf-16BE", "\uFEFFwebso_events_url=https://h/\r\n", "utf-8", "webso_events_keys=user\r\nwebso_events_values=foo\r\n")]
    [InlineData("utf-16", "webso_events_url=https://h/\r\n", "utf-8", "webso_events_keys=user\r\nwebso_events_values=foo\r\n")]
    [InlineData("utf-16", "\uFEFFwebso_events_url=https://h/\r\n;\uD83D", "utf-8", "")]
    [InlineData("utf-32", "\uFEFFwebso_events_url=https://h/\n", "utf-8", "webso_events_keys=user\nwebso_events_values=foo\n")]
    [InlineData("utf-8", "webso_events_url=https://h/\0\n", "utf-8", "")]
    public void Read_MixedEncodings_Throws(string first, string begin, string second, string end)
    {
        using var file = new TemporaryFile([.. Bytes(first, begin), .. Bytes(second, end)]);

        var read = () => WebSoServerConfiguration.Read(file.Path);

        read.Should().Throw<InvalidDataException>().Which.Message.Should().Contain(file.Path).And.Contain("encoding").And.NotContain("foo");

        static byte[] Bytes(string name, string text) => name switch
        {
            "utf-16" => [.. text.SelectMany(c => new[] { (byte)c, (byte)(c >> 8) })],
            "utf-16BE" => [.. text.SelectMany(c => new[] { (byte)(c >> 8), (byte)c })],
            _ => Encoding.GetEncoding(name).GetBytes(text),
        };
    }

    // Comments can be in any script.
    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-32")]
    [InlineData("utf-8")]
    public void Read_CommentsInAnyScript_Succeeds(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        using var file = new TemporaryFile([.. encoding.GetPreamble(), .. encoding.GetBytes(
            "; 日本語のコメント 瀀攀漀眀\r\n; \u0A0D\u0D0A 😀\r\nwebso_events_keys=X-Key\r\nwebso_events_values=ключ\r\n")]);

        WebSoServerConfiguration.Read(file.Path).Headers.Should().ContainSingle().Which.Should().Be(KeyValuePair.Create("X-Key", "ключ"));
    }

    [Fact]
    public void Read_MissingFile_ThrowsIOException()
    {
        var act = () => WebSoServerConfiguration.Read(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString()));

        act.Should().Throw<IOException>();
    }

    [Fact]
    public async Task UseServerConfiguration_CompleteFile_SetsHeadersAndRetryDelay()
    {
        using var file = new TemporaryFile(Encoding.UTF8.GetBytes(Whole));
        await using var receiver = new TestReceiver(options => options.UseServerConfiguration(file.Path));
        static TestRequest With(string body, string password) => new TestRequest(body)
            .With("user", "foo")
            .With("password", password)
            .With("Authorization", "Basic Zm9vOmJhcg==");

        (await receiver.OutcomeOfAsync(With(Bodies.RenderReturn, "b#r;=x"))).Should().Be(ReceiveOutcome.Handled);
        (await receiver.OutcomeOfAsync(With(Bodies.StatusChange, "b#r;=x"))).Should().Be(ReceiveOutcome.Handled, "the server filters, not the receiver");
        (await receiver.OutcomeOfAsync(With(Bodies.RenderReturn, "b"))).Should().Be(ReceiveOutcome.Unauthorized);
    }

    [Fact]
    public void UseServerConfiguration_UnequalKeysAndValues_Throws()
    {
        using var file = new TemporaryFile("webso_events_keys=a,b\nwebso_events_values=tell-nobody"u8.ToArray());
        var options = new WebSoEventsOptions();

        var act = () => options.UseServerConfiguration(file.Path);

        act.Should().Throw<InvalidDataException>().Which.Message.Should().Contain(file.Path).And.NotContain("tell-nobody");
    }
}
