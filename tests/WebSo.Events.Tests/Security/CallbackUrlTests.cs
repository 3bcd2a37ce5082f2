using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class CallbackUrlTests
{
    private static readonly Uri s_base = new("https://host/webso/events");

    // Created by another implementation (docs/security.md). A change of the format would break the URLs of documents in progress.
    [Theory]
    [InlineData("https://host/webso/events", "?webso=AQJrMQAAAABvcmRlci00NzEx5rzd2jsGXrpWcr_6VZxYkg")]
    [InlineData("https://host/webso/al%c3%afce/events?a=%2f%7e&b", "&webso=AQJrMQAAAABvcmRlci00NzEx1HytKvOi-Q046jh9oCppTw")]
    public void Create_DocumentedKeyAndId_ReturnsDocumentedToken(string baseUrl, string added)
    {
        var url = new WebSoCallbackUrls(TestKeys.Id, TestKeys.Secret).Create(new Uri(baseUrl), "order-4711");

        url.OriginalString.Should().Be(baseUrl + added);
    }

    [Theory]
    [InlineData("https://host/p", "https://host/p?webso=")]
    [InlineData("https://host", "https://host/?webso=")]
    [InlineData("https://host?a=1", "https://host/?a=1&webso=")]
    [InlineData("https://host/p?", "https://host/p?webso=")]
    [InlineData("https://host/p?&", "https://host/p?&&webso=")]
    [InlineData("https://host/a%20b/%41/?x=%7e&y=a+b&&z=&amp;", "https://host/a%20b/%41/?x=%7e&y=a+b&&z=&amp;&webso=")]
    [InlineData("http://host:8445/p?WEBSO=1&xwebso=2", "http://host:8445/p?WEBSO=1&xwebso=2&webso=")]
    [InlineData("https://höst/ü?q=ö", "https://xn--hst-sna/%C3%BC?q=%C3%B6&webso=")]
    public void Create_AnyBaseUrl_KeepsItUnchanged(string baseUrl, string expected)
    {
        var url = new WebSoCallbackUrls(TestKeys.Id, TestKeys.Secret).Create(new Uri(baseUrl), "1").OriginalString;

        url.Should().StartWith(expected);
        url[expected.Length..].Should().MatchRegex("^[A-Za-z0-9_-]+$");
    }

    [Fact]
    public void Create_LongestIdAndKey_AddsAtMostDocumentedLength()
    {
        var urls = new WebSoCallbackUrls("k234567890123456", TestKeys.Secret);

        var url = urls.Create(s_base, new string('x', 128), DateTimeOffset.UtcNow.AddDays(1));

        (url.Query.Length - 1).Should().BeLessThanOrEqualTo(234);
    }

    [Theory]
    [InlineData("ftp://host/p")]
    [InlineData("/p")]
    [InlineData("https://host/p#part")]
    [InlineData("https://host/p?a=1&webso=x")]
    public void Create_InvalidBaseUrl_Throws(string baseUrl)
    {
        var urls = new WebSoCallbackUrls(TestKeys.Id, TestKeys.Secret);

        urls.Invoking(u => u.Create(new Uri(baseUrl, UriKind.RelativeOrAbsolute), "1")).Should().Throw<ArgumentException>().WithParameterName(nameof(baseUrl));
    }

    [Theory]
    [InlineData("https://host/a/../b", "dot segment")]
    [InlineData("https://host/a/%2e%2E/b", "dot segment")]
    [InlineData("https://host/a/.", "dot segment")]
    [InlineData("https://host//b", "empty segment")]
    [InlineData("https://host/a//", "empty segment")]
    [InlineData("https://host/a%2Fb", "escaped slash")]
    [InlineData("https://host/a%5cb", "escaped slash or backslash")]
    [InlineData("https://host/a%0Ab", "control character")]
    [InlineData("https://host/a%00b", "control character")]
    [InlineData("https://host/a%E4b", "not UTF-8")]
    [InlineData("https://host/a%zzb", "is not '%' and two")]
    [InlineData("https://host/a%4", "is not '%' and two")]
    public void Create_AmbiguousPath_Throws(string baseUrl, string problem)
    {
        var urls = new WebSoCallbackUrls(TestKeys.Id, TestKeys.Secret);

        urls.Invoking(u => u.Create(new Uri(baseUrl), "1")).Should().Throw<ArgumentException>().WithParameterName(nameof(baseUrl)).WithMessage($"*{problem}*");
    }

    [Fact]
    public void Create_UrlOfMoreThan2000Characters_Throws()
    {
        var urls = new WebSoCallbackUrls(TestKeys.Id, TestKeys.Secret);

        urls.Invoking(u => u.Create(new Uri("https://host/" + new string('p', 1950)), "1")).Should().Throw<ArgumentException>();
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public void Create_InvalidCorrelationId_Throws(string id)
    {
        var urls = new WebSoCallbackUrls(TestKeys.Id, TestKeys.Secret);

        urls.Invoking(u => u.Create(s_base, id)).Should().Throw<ArgumentException>().WithParameterName("correlationId");
        urls.Invoking(u => u.Create(s_base, "half " + (char)0xD800)).Should().Throw<ArgumentException>().WithParameterName("correlationId");
        urls.Invoking(u => u.Create(s_base, new string('ü', 65))).Should().Throw<ArgumentException>().WithParameterName("correlationId");
    }

    [Fact]
    public async Task Create_ExpiryInThePastOrTooFar_Throws()
    {
        await using var endpoint = new TestEndpoint(options => options.CallbackKeys[TestKeys.Id] = TestKeys.Secret);
        var now = endpoint.Time.GetUtcNow();

        endpoint.Urls.Invoking(u => u.Create(s_base, "1", now)).Should().Throw<ArgumentOutOfRangeException>();
        endpoint.Urls.Invoking(u => u.Create(s_base, "1", now.AddYears(100))).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("k 1", null)]
    [InlineData("k2345678901234567", null)]
    [InlineData("k1", "c2hvcnQtc2VjcmV0")]
    [InlineData("k1", "no base64: hunter2hunter2hunter2hunter2hunter2")]
    [InlineData("k1", "")]
    public void Constructor_InvalidKey_ThrowsWithoutShowingIt(string id, string? secret)
    {
        var create = () => new WebSoCallbackUrls(id, secret ?? TestKeys.Secret);

        var message = create.Should().Throw<ArgumentException>().Which.ToString();
        message.Should().NotContain(string.IsNullOrEmpty(secret) ? TestKeys.Secret : secret);
    }

    [Fact]
    public async Task Create_EndpointWithoutKeys_ThrowsWithFix()
    {
        await using var endpoint = new TestEndpoint();

        endpoint.Urls.Invoking(u => u.Create(s_base, "1")).Should().Throw<InvalidOperationException>().WithMessage("*CallbackKeys*");
    }
}
