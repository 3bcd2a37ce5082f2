using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class CallbackUrlTests
{
    private static readonly Uri s_base = new("https://host/webso/events");

    [Fact]
    public void Create_DocumentedKeyAndId_IsTheDocumentedToken()
    {
        // Made by another implementation (docs/security.md): a change of the format breaks the URLs of documents that are being signed.
        const string Expected = "https://host/webso/events?webso=AQJrMQAAAABvcmRlci00NzExC3o-hdI-VnJy1Swms6uIjQ";

        var url = new WebSoCallbackUrls(TestKeys.Id, TestKeys.Secret).Create(s_base, "order-4711");

        url.OriginalString.Should().Be(Expected);
    }

    [Theory]
    [InlineData("https://host/p", "https://host/p?webso=")]
    [InlineData("https://host", "https://host/?webso=")]
    [InlineData("https://host?a=1", "https://host/?a=1&webso=")]
    [InlineData("https://host/p?", "https://host/p?webso=")]
    [InlineData("https://host/p?&", "https://host/p?&&webso=")]
    [InlineData("https://host/a%2Fb/%41?x=%7e&y=a+b&&z=&amp;", "https://host/a%2Fb/%41?x=%7e&y=a+b&&z=&amp;&webso=")]
    [InlineData("http://host:8445/p?WEBSO=1&xwebso=2", "http://host:8445/p?WEBSO=1&xwebso=2&webso=")]
    [InlineData("https://höst/ü?q=ö", "https://xn--hst-sna/%C3%BC?q=%C3%B6&webso=")]
    public void Create_AnyBase_KeepsItByteForByte(string baseUrl, string expected)
    {
        var url = new WebSoCallbackUrls(TestKeys.Id, TestKeys.Secret).Create(new Uri(baseUrl), "1").OriginalString;

        url.Should().StartWith(expected);
        url[expected.Length..].Should().MatchRegex("^[A-Za-z0-9_-]+$");
    }

    [Fact]
    public void Create_LongestIdAndKey_AddsAtMostTheDocumentedLength()
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
    public void Create_BaseThatCannotCarryAToken_Throws(string baseUrl)
    {
        var urls = new WebSoCallbackUrls(TestKeys.Id, TestKeys.Secret);

        urls.Invoking(u => u.Create(new Uri(baseUrl, UriKind.RelativeOrAbsolute), "1")).Should().Throw<ArgumentException>().WithParameterName(nameof(baseUrl));
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
    public void Create_BadCorrelationId_Throws(string id)
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
    public void New_BadKey_ThrowsWithoutShowingIt(string id, string? secret)
    {
        var create = () => new WebSoCallbackUrls(id, secret ?? TestKeys.Secret);

        var message = create.Should().Throw<ArgumentException>().Which.ToString();
        message.Should().NotContain(string.IsNullOrEmpty(secret) ? TestKeys.Secret : secret);
    }

    [Fact]
    public async Task Create_EndpointWithoutKeys_ThrowsWithTheMend()
    {
        await using var endpoint = new TestEndpoint();

        endpoint.Urls.Invoking(u => u.Create(s_base, "1")).Should().Throw<InvalidOperationException>().WithMessage("*CallbackKeys*");
    }
}
