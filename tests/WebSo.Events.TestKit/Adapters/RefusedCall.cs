using System.Net;

namespace WebSo.Events;

/// <summary>A call that the receiver refuses, and the start of its body.</summary>
public sealed record RefusedCall(string Name, HttpStatusCode Status, Action<WebSoEventsOptions> Options)
{
    private const string Key = "X-Key: secret\r\n";

    /// <summary>All refusals that any client can cause before its body is complete.</summary>
    public static IReadOnlyList<RefusedCall> All { get; } =
    [
        new("no credentials", HttpStatusCode.Unauthorized, RequireKey),
        new("no signed URL", HttpStatusCode.Unauthorized, RequireSignedUrl),
        new("other network", HttpStatusCode.Forbidden, options => options.AllowedNetworks.Add("192.0.2.7")),
        new("method", HttpStatusCode.MethodNotAllowed, RequireKey) { Method = "PUT", Headers = Key },
        new("long query", HttpStatusCode.RequestUriTooLong, options => options.MaxQueryLength = 512) { Query = "?" + new string('q', 600) },
        new("announced too large", HttpStatusCode.RequestEntityTooLarge, RequireSmall) { Announced = 100_000 },
        new("too slow", HttpStatusCode.RequestTimeout, options => options.BodyTimeout = TimeSpan.FromMilliseconds(100)) { NeedsSilence = true },
    ];

    public string Method { get; init; } = "POST";

    public string Query { get; init; } = "";

    public string Headers { get; init; } = "";

    public int Announced { get; init; } = 100;

    /// <summary>Whether the call is refused only if its client stops sending.</summary>
    public bool NeedsSilence { get; init; }

    public string Head(Uri url, bool chunked, long? announced = null) =>
        $"{Method} {url.PathAndQuery}{Query} HTTP/1.1\r\nHost: {url.Authority}\r\n{Headers}"
        + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : $"Content-Length: {announced ?? Announced}\r\n\r\n");

    /// <summary>The start of the body.</summary>
    public string Piece(bool chunked) => chunked
        ? $"{Announced - 1:x}\r\n{new string(' ', Math.Min(Announced - 1, 2000))}"
        : "{\"event\":";

    private static void RequireKey(WebSoEventsOptions options) => options.RequireHeader("X-Key", "secret");

    private static void RequireSmall(WebSoEventsOptions options) => options.MaxBodySize = 1000;

    private static void RequireSignedUrl(WebSoEventsOptions options)
    {
        options.CallbackKeys["k1"] = Convert.ToBase64String(new byte[32]);
        options.RequireSignedCallbackUrl = true;
    }
}
