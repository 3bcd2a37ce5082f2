using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace WebSo.Events;

public sealed class SignedCallbackTests
{
    private static readonly Uri s_base = new("https://host/webso/events?tenant=a%2Fb&x");

    private static void WithKey(WebSoEventsOptions options)
    {
        options.CallbackKeys[TestKeys.Id] = TestKeys.Secret;
        options.RequireSignedCallbackUrl = true;
    }

    [Theory]
    [InlineData("order-4711")]
    [InlineData("Größe 5 – \U0001F600")]
    public async Task Receive_SignedUrl_ProvidesIdAndQueryWithoutToken(string id)
    {
        await using var endpoint = new TestEndpoint(WithKey);

        var receipt = await endpoint.ReceiveAsync(endpoint.Urls.Create(s_base, id));

        receipt.StatusCode.Should().Be(200);
        endpoint.Handled.Should().ContainSingle().Which.CorrelationId.Should().Be(id);
        endpoint.Handled[0].QueryString.Should().Be("?tenant=a%2Fb&x");
    }

    [Fact]
    public async Task Receive_UrlFromSeparateProgram_IsVerified()
    {
        await using var endpoint = new TestEndpoint(WithKey);

        var receipt = await endpoint.ReceiveAsync(new WebSoCallbackUrls("K1", TestKeys.Secret).Create(s_base, "1"));

        receipt.StatusCode.Should().Be(200);
    }

    [Theory]
    [InlineData("", "?webso={0}", "")]
    [InlineData("?", "?webso={0}", "")]
    [InlineData("?a=1", "?webso={0}&a=1", "?a=1")]
    [InlineData("?a=1&b=2", "?a=1&webso={0}&b=2", "?a=1&b=2")]
    [InlineData("?a=1&", "?a=1&&webso={0}", "?a=1&")]
    [InlineData("?&", "?&&webso={0}", "?&")]
    [InlineData("?WEBSO=1&xwebso=2", "?WEBSO=1&xwebso=2&webso={0}", "?WEBSO=1&xwebso=2")]
    public async Task Receive_TokenAnywhereInQuery_RemovesOnlyTheToken(string signed, string query, string rest)
    {
        await using var endpoint = new TestEndpoint(WithKey);

        await endpoint.ReceiveAsync(new TestRequest { SentQuery = string.Format(null, query, TokenOf(endpoint.Urls, signed)) });

        endpoint.Handled.Should().ContainSingle().Which.QueryString.Should().Be(rest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("?a=1")]
    [InlineData("?webso")]
    [InlineData("?webso=")]
    [InlineData("?webso=AQ")]
    [InlineData("?webso={0}x")]
    [InlineData("?webso={0}=")]
    [InlineData("?webso=%{0}")]
    [InlineData("?WEBSO={0}")]
    [InlineData("?webso={0}&webso={0}")]
    [InlineData("?webso={0}&webso=x")]
    public async Task Receive_RequiredButNotValid_Returns401BeforeReadingBody(string query)
    {
        await using var endpoint = new TestEndpoint(WithKey);
        var call = new TestRequest { SentQuery = string.Format(null, query, TokenOf(endpoint.Urls)) };

        var receipt = await endpoint.ReceiveAsync(call);

        receipt.StatusCode.Should().Be(401);
        (receipt.HeaderName, receipt.HeaderValue).Should().Be(("WWW-Authenticate", "CallbackUrl realm=\"WebSo.Events\""));
        call.Reads.Should().Be(0);
        endpoint.Handled.Should().BeEmpty();
    }

    [Fact]
    public async Task Receive_AnyCharacterOfTokenChanged_IsRefused()
    {
        await using var endpoint = new TestEndpoint(WithKey);
        var token = TokenOf(endpoint.Urls);

        for (var i = 0; i < token.Length; i++)
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            var receipt = await endpoint.ReceiveAsync(new TestRequest { SentQuery = "?webso=" + changed });
            receipt.StatusCode.Should().Be(401, "character {0} was changed", i);
        }
    }

    [Fact]
    public async Task Receive_NotRequired_AcceptsMissingAndRefusesInvalidToken()
    {
        await using var endpoint = new TestEndpoint(options => options.CallbackKeys[TestKeys.Id] = TestKeys.Secret);

        (await endpoint.ReceiveAsync(new TestRequest { SentQuery = "?a=1" })).StatusCode.Should().Be(200);
        (await endpoint.ReceiveAsync(new TestRequest { SentQuery = "?webso=wrong" })).StatusCode.Should().Be(401);
        endpoint.Handled.Should().ContainSingle().Which.CorrelationId.Should().BeNull();
        endpoint.Handled[0].QueryString.Should().Be("?a=1");
    }

    [Fact]
    public async Task Receive_NoKeys_KeepsTheParameter()
    {
        await using var endpoint = new TestEndpoint();

        await endpoint.ReceiveAsync(new TestRequest { SentQuery = "?webso=mine" });

        endpoint.Handled.Should().ContainSingle().Which.QueryString.Should().Be("?webso=mine");
        endpoint.Handled[0].CorrelationId.Should().BeNull();
    }

    [Fact]
    public async Task Receive_TokenOfAnotherEndpointWithSameKey_IsRefused()
    {
        await using var endpoint = new TestEndpoint(WithKey, null, "test", "production");
        var url = endpoint.Urls.Create(s_base, "1", endpointName: "test");

        (await endpoint.ReceiveAsync(url, "production")).StatusCode.Should().Be(401);
        (await endpoint.ReceiveAsync(url, "test")).StatusCode.Should().Be(200);
    }

    [Fact]
    public async Task Receive_Expired_Returns401AndLogsIt()
    {
        await using var endpoint = new TestEndpoint(WithKey);
        var url = endpoint.Urls.Create(s_base, "1", endpoint.Time.GetUtcNow().AddHours(1));

        endpoint.Time.Advance(TimeSpan.FromSeconds(3599));
        (await endpoint.ReceiveAsync(url)).StatusCode.Should().Be(200);
        endpoint.Time.Advance(TimeSpan.FromSeconds(1));
        (await endpoint.ReceiveAsync(url)).StatusCode.Should().Be(401);

        endpoint.Log.Messages("CallbackUrlExpired").Should().ContainSingle().Which.Should().Contain("expired");
        endpoint.Log.Messages("CallbackUrlRefused").Should().BeEmpty();
    }

    [Fact]
    public async Task Receive_KeysRotatedInConfiguration_TakesEffectWithoutRestart()
    {
        var configuration = new ConfigurationManager();
        configuration["WebSoEvents:CallbackKeys:k1"] = TestKeys.Secret;
        configuration["WebSoEvents:RequireSignedCallbackUrl"] = "true";
        await using var endpoint = new TestEndpoint(null, configuration);
        var old = endpoint.Urls.Create(s_base, "old");

        configuration["WebSoEvents:CallbackKeys:k2"] = TestKeys.OtherSecret;
        configuration["WebSoEvents:CallbackSigningKey"] = "k2";
        ((IConfigurationRoot)configuration).Reload();
        var fresh = endpoint.Urls.Create(s_base, "new");
        var (oldBefore, newBefore) = (await endpoint.ReceiveAsync(old), await endpoint.ReceiveAsync(fresh));
        configuration["WebSoEvents:CallbackKeys:k1"] = TestKeys.OtherSecret;
        ((IConfigurationRoot)configuration).Reload();
        var (oldAfter, newAfter) = (await endpoint.ReceiveAsync(old), await endpoint.ReceiveAsync(fresh));

        (oldBefore.StatusCode, newBefore.StatusCode).Should().Be((200, 200));
        (oldAfter.StatusCode, newAfter.StatusCode).Should().Be((401, 200));
    }

    [Fact]
    public async Task Receive_CredentialsAndToken_RequiresBoth()
    {
        await using var endpoint = new TestEndpoint(options =>
        {
            WithKey(options);
            options.RequireHeader("user", "foo");
        });
        var token = "?webso=" + TokenOf(endpoint.Urls);

        (await endpoint.ReceiveAsync(new TestRequest { SentQuery = token })).StatusCode.Should().Be(401);
        (await endpoint.ReceiveAsync(new TestRequest { Headers = { ["user"] = "foo" } })).StatusCode.Should().Be(401);
        (await endpoint.ReceiveAsync(new TestRequest { SentQuery = token, Headers = { ["user"] = "foo" } })).StatusCode.Should().Be(200);
    }

    [Fact]
    public async Task Receive_QueryOverLimit_Returns414()
    {
        await using var endpoint = new TestEndpoint(options => options.MaxQueryLength = 512);
        var tooLong = new TestRequest { SentQuery = "?" + new string('a', 512) };

        (await endpoint.ReceiveAsync(new TestRequest { SentQuery = "?" + new string('a', 511) })).StatusCode.Should().Be(200);
        var receipt = await endpoint.ReceiveAsync(tooLong);

        (receipt.StatusCode, receipt.Outcome).Should().Be((414, ReceiveOutcome.QueryTooLong));
        tooLong.Reads.Should().Be(0);
    }

    private static string TokenOf(WebSoCallbackUrls urls, string query = "")
    {
        var url = urls.Create(new Uri("https://host/webso/events" + query), "order-4711").OriginalString;
        return url[(url.IndexOf("webso=", "https://host/webso/events".Length + query.Length, StringComparison.Ordinal) + "webso=".Length)..];
    }
}
