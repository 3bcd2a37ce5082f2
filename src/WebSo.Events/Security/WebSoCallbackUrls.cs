using System.Text;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

/// <summary>
/// Creates signed callback URLs. Each is the <c>&lt;CallbackUrl&gt;</c> of one document and contains your correlation ID, which nobody else
/// can forge. The receiver verifies the signature before it reads the body, and passes the ID to handlers as <see
/// cref="WebSoEventContext.CorrelationId"/>.
/// </summary>
/// <remarks>
/// <c>AddWebSoEvents</c> registers it as a service, which uses the current <see cref="WebSoEventsOptions.CallbackKeys"/> of each endpoint.
/// The signature covers the correlation ID, the expiry, the key ID, the endpoint name, the path and the query. It does not cover the host
/// or the body: anyone who knows a URL can send any event to it. Therefore, send documents with such URLs only over HTTPS, and don't log
/// the URLs.
/// </remarks>
/// <example>
/// <code>
/// var url = callbackUrls.Create(new Uri("https://host/webso/events"), order.Number);
/// await ESignDocument.SetCallbackUrlsAsync(input, output, _ => url, cancellationToken); // package WebSo.Events.ESign
/// </code>
/// </example>
public sealed class WebSoCallbackUrls
{
    private const int MaxLength = 2000;

    private readonly Func<string, (CallbackKeyRing Keys, string PathPrefix)> _settingsOf;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates an instance with a single key, for a program that uploads documents but receives no events.</summary>
    /// <param name="keyId">The ID of the key in <see cref="WebSoEventsOptions.CallbackKeys"/> of the receiver.</param>
    /// <param name="secret">The key: at least 32 random bytes as base64.</param>
    /// <param name="timeProvider">The clock for checking that an expiry is in the future. The default is the system clock.</param>
    /// <exception cref="ArgumentException">The ID or the secret is not valid.</exception>
    /// <exception cref="ArgumentNullException">The ID or the secret is null.</exception>
    public WebSoCallbackUrls(string keyId, string secret, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        ArgumentNullException.ThrowIfNull(secret);
        if (!CallbackKey.TryCreate(keyId, secret, out var key, out var problem))
            throw new ArgumentException(problem + ".");

        var keys = new CallbackKeyRing(key);
        _settingsOf = _ => (keys, "");
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    // settingsOf returns the current settings of an endpoint by name.
    internal WebSoCallbackUrls(Func<string, (CallbackKeyRing Keys, string PathPrefix)> settingsOf, TimeProvider timeProvider) =>
        (_settingsOf, _timeProvider) = (settingsOf, timeProvider);

    /// <summary>Creates a signed callback URL for one document.</summary>
    /// <param name="baseUrl">
    /// The URL of the endpoint as the server calls it, with the scheme <c>https</c> or <c>http</c> and without a fragment. If a proxy
    /// removes a prefix from the path, include the prefix, and set <see cref="WebSoEventsOptions.CallbackPathPrefix"/> of the receiver. The
    /// path can't contain dot segments, <c>//</c>, <c>%2F</c> or <c>%5C</c>. The query stays unchanged, except for the added parameter
    /// <c>webso</c>: at most 230 letters, digits, <c>-</c>, <c>_</c> and <c>=</c>, including its name.
    /// </param>
    /// <param name="correlationId">Your ID: 1 to 128 bytes in UTF-8, without control characters. It is not encrypted.</param>
    /// <param name="expires">
    /// The expiry, in whole seconds of the receiver's clock, before February 7, 2106. The default is null: the URL does not expire. After
    /// the expiry, calls are answered with 401, including retries of earlier calls, so choose a time well after the end of the signature
    /// request.
    /// </param>
    /// <param name="endpointName">The name of the endpoint for which the URL is valid. The default is the default endpoint.</param>
    /// <returns>
    /// The URL, with at most 2000 characters. Use <see cref="Uri.OriginalString"/> as its text, because <c>ToString()</c> unescapes it.
    /// </returns>
    /// <exception cref="ArgumentException">An argument does not meet the conditions above.</exception>
    /// <exception cref="ArgumentNullException">An argument other than <paramref name="expires"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The endpoint has no <see cref="WebSoEventsOptions.CallbackKeys"/>.</exception>
    /// <exception cref="OptionsValidationException">The options of the endpoint are not valid.</exception>
    public Uri Create(Uri baseUrl, string correlationId, DateTimeOffset? expires = null, string endpointName = "")
    {
        ArgumentNullException.ThrowIfNull(baseUrl);
        ArgumentNullException.ThrowIfNull(correlationId);
        ArgumentNullException.ThrowIfNull(endpointName);

        var url = CallbackUri.TextOf(baseUrl, out var problem);
        if (problem is not null)
            throw new ArgumentException(problem, nameof(baseUrl));
        if (CallbackQuery.Count(baseUrl.Query, out _) > 0)
            throw new ArgumentException("The URL already has a parameter 'webso'. Pass the URL without it.", nameof(baseUrl));

        CheckCorrelationId(correlationId);
        url = CallbackUri.WithPath(url);
        var (keys, prefix) = _settingsOf(endpointName);
        var target = new CallbackTarget(endpointName, PathOf(url, prefix), QueryOf(url));
        var key = keys.Signing ?? throw new InvalidOperationException(
            $"Can't sign a URL for {new EndpointLabel(endpointName)}, because it has no CallbackKeys. Add a key to its options: an ID and at least 32 random bytes as base64.");
        url = CallbackQuery.Append(url, CallbackToken.Write(key, target, correlationId, ExpiryOf(expires)));
        return url.Length <= MaxLength
            ? new Uri(url)
            : throw new ArgumentException($"The URL would have {url.Length} characters, but the maximum is {MaxLength}. Shorten the base URL or the correlation ID.", nameof(baseUrl));
    }

    private static string PathOf(string baseUrl, string prefix)
    {
        if (!CallbackPath.TryDecode(CallbackUri.Split(baseUrl).Path, out var path, out var problem))
            throw new ArgumentException($"The path of the URL {problem}, which web servers and proxies interpret differently. Use a path without it.", nameof(baseUrl));
        return prefix.Length == 0 || path.StartsWith(prefix + "/", StringComparison.Ordinal)
            ? path
            : throw new ArgumentException(
                $"The path of the URL does not start with '{prefix}/', so the receiver would refuse it. Pass the URL that the server calls, or correct CallbackPathPrefix.", nameof(baseUrl));
    }

    // The query as the receiver sees it after it removes the token.
    private static string QueryOf(string baseUrl)
    {
        var query = CallbackUri.Split(CallbackQuery.Append(baseUrl, "")).Query;
        CallbackQuery.Count(query, out var token);
        return CallbackQuery.Cut(query, token);
    }

    private static void CheckCorrelationId(string correlationId)
    {
        var length = Encoding.UTF8.GetByteCount(correlationId);
        if (length is 0 or > CallbackToken.MaxCorrelationIdSize)
            throw new ArgumentException($"The correlation ID has {length} bytes in UTF-8. Use 1 to {CallbackToken.MaxCorrelationIdSize} bytes.", nameof(correlationId));
        if (correlationId.Any(char.IsControl) || HasLoneSurrogate(correlationId))
            throw new ArgumentException("The correlation ID contains a control character or a lone surrogate. Remove it.", nameof(correlationId));
    }

    // A lone surrogate can't be encoded in UTF-8.
    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
                i++;
            else if (char.IsSurrogate(text[i]))
                return true;
        }

        return false;
    }

    private uint ExpiryOf(DateTimeOffset? expires)
    {
        if (expires is not { } time)
            return 0;
        if (time <= _timeProvider.GetUtcNow())
            throw new ArgumentOutOfRangeException(nameof(expires), time, "The expiry is in the past. Pass a later time, or null for no expiry.");
        return time.ToUnixTimeSeconds() is var seconds and <= uint.MaxValue
            ? (uint)seconds
            : throw new ArgumentOutOfRangeException(nameof(expires), time, "The expiry must be before February 7, 2106. Pass an earlier time, or null for no expiry.");
    }
}
