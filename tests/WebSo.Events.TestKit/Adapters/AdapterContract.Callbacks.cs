using FluentAssertions;
using Xunit;

namespace WebSo.Events;

// The signature of a callback URL is verified with the path and query that the adapter provides.
public abstract partial class AdapterContract
{
    private const string CallbackKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    [Theory]
    [InlineData("", "/webso/events", "", 200)]
    [InlineData("", "/webso/%65ven%74s", "", 200)]
    [InlineData("?a=%2f%7e&b=x+y", "/webso/events", "?a=%2f%7e&b=x+y", 200)]
    [InlineData("?a=%2f%7e&b=x+y", "/webso/events", "?a=%2F~&b=x+y", 200)]
    [InlineData("?a=1", "/webso/events", "?a=2", 401)]
    [InlineData("", "/webso/events", "?a=1", 401)]
    public async Task Post_SignedCallbackUrl_IsVerifiedByPathAndQuery(string signedQuery, string path, string query, int status)
    {
        var host = await StartAsync(SinkOf(ReceiveOutcome.Stored), options =>
        {
            options.CallbackKeys["k1"] = CallbackKey;
            options.RequireSignedCallbackUrl = true;
        });
        var signed = new WebSoCallbackUrls("k1", CallbackKey).Create(new Uri(host.Url, host.Url.AbsolutePath + signedQuery), "order-4711").OriginalString;
        var token = signed[signed.LastIndexOf("webso=", StringComparison.Ordinal)..];
        await using var connection = await RawConnection.OpenAsync(host.Url);

        // A raw connection, because an HTTP client would rewrite the URL.
        await connection.SendAsync(
            $"POST {path}{query}{(query.Length > 0 ? "&" : "?")}{token} HTTP/1.1\r\nHost: {host.Url.Authority}\r\nContent-Length: {Payloads.StatusChange.Length}\r\n\r\n{Payloads.StatusChange}");

        ((int)Status(await connection.ReadHeadAsync(Canceled))).Should().Be(status);
    }
}
