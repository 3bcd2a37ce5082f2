using System.Text;
using Microsoft.Extensions.Options;

namespace WebSo.Events;

/// <summary>
/// Makes signed callback URLs: the <c>&lt;CallbackUrl&gt;</c> of one document, which carries an ID of yours that nobody else can make up.
/// The receiver verifies it before it reads a body, and hands the ID to handlers as <see cref="WebSoEventContext.CorrelationId"/>.
/// </summary>
/// <remarks>
/// Registered by <c>AddWebSoEvents</c>, with the keys of each endpoint (<see cref="WebSoEventsOptions.CallbackKeys"/>) as they stand at
/// each call. The signature covers the correlation ID, the expiry, the key's ID, the endpoint's name, the path and the query. It covers neither
/// the host nor the body: who knows a URL can send any event to it. So send documents with such a URL over HTTPS only, and keep it out of logs.
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

    /// <summary>Creates one with a single key, for a program that uploads documents and receives no events.</summary>
    /// <param name="keyId">The ID by which the receiver's <see cref="WebSoEventsOptions.CallbackKeys"/> knows the key.</param>
    /// <param name="secret">The key: at least 32 random bytes, as base64.</param>
    /// <param name="timeProvider">The clock that an expiry is held against. Not set: the system's.</param>
    /// <exception cref="ArgumentException">The ID or the secret is not valid.</exception>
    public WebSoCallbackUrls(string keyId, string secret, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        ArgumentNullException.ThrowIfNull(secret);
        if (!CallbackKey.TryCreate(keyId, secret, out var key, out var problem))
            throw new ArgumentException($"The key can't be used: {problem}.");

        var keys = new CallbackKeyRing(key);
        _settingsOf = _ => (keys, "");
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    // The settings of an endpoint, by its name, as they stand at each call.
    internal WebSoCallbackUrls(Func<string, (CallbackKeyRing Keys, string PathPrefix)> settingsOf, TimeProvider timeProvider) =>
        (_settingsOf, _timeProvider) = (settingsOf, timeProvider);

    /// <summary>Makes a URL for one document.</summary>
    /// <param name="baseUrl">
    /// The URL of the endpoint as the server calls it, <c>https</c> or <c>http</c>, without a fragment. Where a proxy removes the beginning of the
    /// path, give the path before that, and set <see cref="WebSoEventsOptions.CallbackPathPrefix"/> at the receiver. The path has no dot segments,
    /// no <c>//</c>, and no <c>%2F</c> or <c>%5C</c>. What is in the query stays byte for byte as it is; one parameter, <c>webso</c>, is added: at most 230 characters of letters, digits, <c>-</c>, <c>_</c> and <c>=</c>.
    /// </param>
    /// <param name="correlationId">Your ID: 1 to 128 bytes of UTF-8 without control characters. It can be read by whoever sees the URL.</param>
    /// <param name="expires">
    /// When the URL ceases to be valid, at full seconds, by the receiver's clock; at most in the year 2106. Not set: never. From then on
    /// calls are answered with 401, repeats of earlier ones too, so let it lie well after the end of the signature request.
    /// </param>
    /// <param name="endpointName">The endpoint that the URL is for, by the name given to <c>AddWebSoEvents</c>; at no other is it valid. Not set: the default one.</param>
    /// <returns>The URL, of at most 2000 characters. Its text is <see cref="Uri.OriginalString"/>; <c>ToString()</c> would unescape it.</returns>
    /// <exception cref="ArgumentException">An argument is not as described above.</exception>
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
            throw new ArgumentException("The URL has a parameter 'webso' already: give the URL that it was made from.", nameof(baseUrl));

        CheckCorrelationId(correlationId);
        url = CallbackUri.WithPath(url);
        var (keys, prefix) = _settingsOf(endpointName);
        var target = new CallbackTarget(endpointName, PathOf(url, prefix), QueryOf(url));
        var key = keys.Signing ?? throw new InvalidOperationException(
            $"No URL can be signed for {new EndpointLabel(endpointName)}, because it has no CallbackKeys. Add one to its options: an ID and at least 32 random bytes as base64.");
        url = CallbackQuery.Append(url, CallbackToken.Write(key, target, correlationId, ExpiryOf(expires)));
        return url.Length <= MaxLength
            ? new Uri(url)
            : throw new ArgumentException($"The URL would have {url.Length} characters; at most {MaxLength} pass everywhere.", nameof(baseUrl));
    }

    private static string PathOf(string baseUrl, string prefix)
    {
        if (!CallbackPath.TryDecode(CallbackUri.Split(baseUrl).Path, out var path, out var problem))
            throw new ArgumentException($"The path of the URL {problem}, which web servers and proxies read in different ways. Give a path without it.", nameof(baseUrl));
        return prefix.Length == 0 || path.StartsWith(prefix + "/", StringComparison.Ordinal)
            ? path
            : throw new ArgumentException(
                $"The path of the URL does not begin with '{prefix}/', so the receiver would refuse it. Give the URL that the server calls, or correct CallbackPathPrefix.", nameof(baseUrl));
    }

    // As the receiver will see it: the token is appended, and cut again.
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
            throw new ArgumentException($"A correlation ID has 1 to {CallbackToken.MaxCorrelationIdSize} bytes of UTF-8; this one has {length}.", nameof(correlationId));
        if (correlationId.Any(char.IsControl) || HasLoneSurrogate(correlationId))
            throw new ArgumentException("A correlation ID has no control characters and no half of a surrogate pair.", nameof(correlationId));
    }

    // Half of a surrogate pair has no UTF-8 form.
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
            throw new ArgumentOutOfRangeException(nameof(expires), time, "The URL would be expired from the start.");
        return time.ToUnixTimeSeconds() is var seconds and <= uint.MaxValue
            ? (uint)seconds
            : throw new ArgumentOutOfRangeException(nameof(expires), time, "An expiry lies before 7 February 2106; leave it out for none.");
    }
}
