using CsCheck;
using FluentAssertions;
using Xunit;

namespace WebSo.Events;

// A token is valid only for one path and one query.
public sealed class SignedCallbackTargetTests
{
    private const string Base = "https://host/webso/alice/events";

    private static void WithKey(WebSoEventsOptions options)
    {
        options.CallbackKeys[TestKeys.Id] = TestKeys.Secret;
        options.RequireSignedCallbackUrl = true;
    }

    [Theory]
    [InlineData("", "/webso/alice/events", "", true)]
    [InlineData("", "/webso/bob/events", "", false)]
    [InlineData("", "/webso/Alice/events", "", false)]
    [InlineData("", "/webso/alice/events/", "", false)]
    [InlineData("", "/webso/alice//events", "", false)]
    [InlineData("", "/webso/x/../alice/events", "", false)]
    [InlineData("", "/webso/%61lice/events", "", false)]
    [InlineData("", "/hooks/webso/alice/events", "", false)]
    [InlineData("", "", "", false)]
    [InlineData("?", "/webso/alice/events", "", true)]
    [InlineData("?a=1&b=2", "/webso/alice/events", "?a=1&b=2", true)]
    [InlineData("?a=1&b=2", "/webso/alice/events", "?b=2&a=1", false)]
    [InlineData("?a=1&b=2", "/webso/alice/events", "?a=1", false)]
    [InlineData("?a=1&b=2", "/webso/alice/events", "?a=1&b=2&c=3", false)]
    [InlineData("?a=1&b=2", "/webso/alice/events", "?a=1&B=2", false)]
    [InlineData("?a=1&b=2", "/webso/alice/events", "", false)]
    [InlineData("", "/webso/alice/events", "?a=1", false)]
    [InlineData("", "/webso/alice/events", "?", false)]
    [InlineData("?a=%7e%2f", "/webso/alice/events", "?a=~%2F", true)]
    [InlineData("?a=%41-%5F", "/webso/alice/events", "?%61=A%2d_", true)]
    [InlineData("?a=%26b", "/webso/alice/events", "?a=&b", false)]
    [InlineData("?a=%2B", "/webso/alice/events", "?a=+", false)]
    [InlineData("?a=%2541", "/webso/alice/events", "?a=%41", false)]
    [InlineData("?a=%4", "/webso/alice/events", "?a=%4", true)]
    public async Task Receive_OtherPathOrQuery_IsRefused(string signedQuery, string path, string query, bool isValid)
    {
        await using var endpoint = new TestEndpoint(WithKey);
        var token = TokenOf(endpoint.Urls, Base + signedQuery);

        var receipt = await endpoint.ReceiveAsync(new TestRequest { SentPath = path, SentQuery = $"{query}{(query.Length > 0 ? "&" : "?")}webso={token}" });

        receipt.StatusCode.Should().Be(isValid ? 200 : 401);
        endpoint.Handled.Should().HaveCount(isValid ? 1 : 0);
    }

    [Theory]
    [InlineData("https://host/webso/%61lice/events")]
    [InlineData("https://other:8443/webso/alice/events")]
    [InlineData("http://host/webso/alic%65/events")]
    public async Task Receive_EquivalentPath_IsValid(string baseUrl)
    {
        await using var endpoint = new TestEndpoint(WithKey);

        var receipt = await endpoint.ReceiveAsync(new TestRequest { SentPath = "/webso/alice/events", SentQuery = "?webso=" + TokenOf(endpoint.Urls, baseUrl) });

        receipt.StatusCode.Should().Be(200);
    }

    // The boundaries between name, path and query are signed.
    [Fact]
    public async Task Receive_TextMovedBetweenSignedParts_IsRefused()
    {
        await using var endpoint = new TestEndpoint(WithKey, null, "a/b", "a");
        var token = TokenOf(endpoint.Urls, "https://host/c?d=1", "a/b");

        (await endpoint.ReceiveAsync(new TestRequest { SentPath = "/c", SentQuery = "?d=1&webso=" + token }, "a/b")).StatusCode.Should().Be(200);
        (await endpoint.ReceiveAsync(new TestRequest { SentPath = "/b/c", SentQuery = "?d=1&webso=" + token }, "a")).StatusCode.Should().Be(401);
        (await endpoint.ReceiveAsync(new TestRequest { SentPath = "/c?d=1", SentQuery = "?webso=" + token }, "a/b")).StatusCode.Should().Be(401);
    }

    [Fact]
    public async Task Receive_AnyOtherPathOrQuery_IsRefused()
    {
        await using var endpoint = new TestEndpoint(WithKey);
        var receiver = endpoint.Receiver();
        var paths = Gen.OneOf("abAB/.~-_ü %".ToCharArray()).Array[0, 8].Select(c => "/" + new string(c));
        var queries = Gen.OneOf("ab=&%4127Ff~+".ToCharArray()).Array[0, 8].Select(c => new string(c));

        Gen.Select(paths, queries, paths, queries).Sample(
            (signedPath, signedQuery, path, query) =>
            {
                var baseUrl = $"https://host{string.Join('/', signedPath.Split('/').Select(Uri.EscapeDataString))}?{signedQuery}";
                string token;
                try
                {
                    token = TokenOf(endpoint.Urls, baseUrl);
                }
                catch (ArgumentException)
                {
                    return true;
                }

                bool IsTaken(string calledPath, string calledQuery) => receiver.ReceiveAsync(
                    new TestRequest { SentPath = calledPath, SentQuery = $"?{calledQuery}{(calledQuery.Length > 0 ? "&" : "")}webso={token}" },
                    CancellationToken.None).AsTask().GetAwaiter().GetResult().StatusCode == 200;
                return IsTaken(signedPath, signedQuery)
                    && (path == signedPath || !IsTaken(path, signedQuery))
                    && (Uri.UnescapeDataString(query) == Uri.UnescapeDataString(signedQuery) || !IsTaken(signedPath, query));
            },
            iter: LongRun.Cases(2000),
            threads: 1);
    }

    [Theory]
    [InlineData("", "/webso/alice/events", true)]
    [InlineData("", "/hooks/webso/alice/events", false)]
    [InlineData("/hooks", "/webso/alice/events", false)]
    public async Task Receive_PathWithPrefix_IsVerifiedAsTheServerCalledIt(string prefix, string signedPath, bool isValid)
    {
        await using var endpoint = new TestEndpoint(options =>
        {
            WithKey(options);
            options.CallbackPathPrefix = prefix;
        });

        // A separate program does not know the prefix.
        var token = TokenOf(new WebSoCallbackUrls(TestKeys.Id, TestKeys.Secret), "https://host" + signedPath);
        var receipt = await endpoint.ReceiveAsync(new TestRequest { SentPath = "/webso/alice/events", SentQuery = "?webso=" + token });

        receipt.StatusCode.Should().Be(isValid ? 200 : 401);
    }

    [Fact]
    public async Task Receive_PrefixRemoved_IsValidOnlyForThatPrefix()
    {
        await using var endpoint = new TestEndpoint(options =>
        {
            WithKey(options);
            options.CallbackPathPrefix = "/hooks";
        });
        var query = "?webso=" + TokenOf(endpoint.Urls, "https://host/hooks/webso/alice/events");
        var other = "?webso=" + TokenOf(new WebSoCallbackUrls(TestKeys.Id, TestKeys.Secret), "https://host/hook/webso/alice/events");

        (await endpoint.ReceiveAsync(new TestRequest { SentPath = "/webso/alice/events", SentQuery = query })).StatusCode.Should().Be(200);
        (await endpoint.ReceiveAsync(new TestRequest { SentPath = "/hooks/webso/alice/events", SentQuery = query })).StatusCode.Should().Be(401);
        (await endpoint.ReceiveAsync(new TestRequest { SentPath = "/webso/alice/events", SentQuery = other })).StatusCode.Should().Be(401);
    }

    [Theory]
    [InlineData("https://host/webso/events")]
    [InlineData("https://host/hooks")]
    [InlineData("https://host/hooksx/webso/events")]
    [InlineData("https://host/HOOKS/webso/events")]
    public async Task Create_PathWithoutPrefix_Throws(string baseUrl)
    {
        await using var endpoint = new TestEndpoint(options =>
        {
            WithKey(options);
            options.CallbackPathPrefix = "/hooks";
        });

        endpoint.Urls.Invoking(urls => urls.Create(new Uri(baseUrl), "1")).Should().Throw<ArgumentException>()
            .WithParameterName(nameof(baseUrl)).WithMessage("*'/hooks/'*correct CallbackPathPrefix*");
    }

    [Fact]
    public async Task Receive_WrongPath_LogsBothPathsWithoutQuery()
    {
        await using var endpoint = new TestEndpoint(options =>
        {
            WithKey(options);
            options.CallbackPathPrefix = "/hooks";
        });
        var token = TokenOf(endpoint.Urls, "https://host/hooks/webso/alice/events");

        await endpoint.ReceiveAsync(new TestRequest { SentPath = "/webso/bob\r\nevents\u202E", SentQuery = "?customer=hunter2&webso=" + token });

        var line = endpoint.Log.Messages("CallbackUrlRefused").Should().ContainSingle().Which;
        line.Should().Contain("'/webso/bob??events?', verified as '/hooks/webso/bob??events?'")
            .And.NotContain("hunter2").And.NotContain(token).And.NotContain("\r").And.NotContain("\n");
    }

    private static string TokenOf(WebSoCallbackUrls urls, string baseUrl, string endpointName = "")
    {
        var url = urls.Create(new Uri(baseUrl), "1", endpointName: endpointName).OriginalString;
        return url[(url.LastIndexOf("webso=", StringComparison.Ordinal) + "webso=".Length)..];
    }
}
