using System.Security.Cryptography;
using System.Text;

namespace WebSo.Events.Security;

// Checks the required headers and the Basic credentials of a call. It compares all hashes in constant time, so that the duration reveals
// neither the length nor the content of a secret.
internal sealed class CredentialValidator
{
    private static readonly Encoding s_latin1 = Encoding.GetEncoding("ISO-8859-1");

    private readonly List<KeyValuePair<string, byte[][]>> _headers = [];
    private readonly byte[][] _basic;

    public CredentialValidator(IDictionary<string, IList<string>> requiredHeaders, IDictionary<string, IList<string>> basicCredentials)
    {
        foreach (var header in requiredHeaders)
            _headers.Add(new(header.Key, [.. header.Value.Select(value => Hash(Encoding.UTF8.GetBytes(value.Trim())))]));

        _basic = HashesOf(basicCredentials);
        Challenge = _basic.Length > 0 || requiredHeaders.ContainsKey(HeaderName.Authorization)
            ? "Basic realm=\"WebSo.Events\", charset=\"UTF-8\""
            : "Header realm=\"WebSo.Events\"";
    }

    // The value of the WWW-Authenticate header.
    public string Challenge { get; }

    public bool IsEmpty => _headers.Count == 0 && _basic.Length == 0;

    // A call has one Authorization header. If both the header and a user are required, a header value must match a user and password.
    public static bool CanBeSatisfied(IDictionary<string, IList<string>> requiredHeaders, IDictionary<string, IList<string>> basicCredentials)
    {
        var basic = HashesOf(basicCredentials);
        return basic.Length == 0
            || !requiredHeaders.TryGetValue(HeaderName.Authorization, out var values)
            || values.Any(value => ReadBasic(value.Trim()) is { } pair && IsAnyOf(basic, pair));
    }

    // getHeader returns the value of a header of the request, or null if absent.
    public bool IsSatisfiedBy<TRequest>(TRequest request, Func<TRequest, string, string?> getHeader)
    {
        var satisfied = true;
        foreach (var header in _headers)
            satisfied &= getHeader(request, header.Key) is { } value && IsAnyOf(header.Value, Encoding.UTF8.GetBytes(value.Trim()));
        if (_basic.Length > 0)
            satisfied &= ReadBasic(getHeader(request, HeaderName.Authorization)) is { } pair && IsAnyOf(_basic, pair);
        return satisfied;
    }

    // RFC 7617 does not define the encoding. A Java sender may use UTF-8 or ISO-8859-1.
    private static byte[][] HashesOf(IDictionary<string, IList<string>> credentials) =>
    [
        .. from credential in credentials
           from password in credential.Value
           from bytes in Encode(credential.Key + ":" + password)
           select Hash(bytes),
    ];

    // ISO-8859-1 replaces unsupported characters with '?'. Skip such values, or a password of question marks would be valid.
    private static IEnumerable<byte[]> Encode(string pair)
    {
        yield return Encoding.UTF8.GetBytes(pair);
        var latin1 = s_latin1.GetBytes(pair);
        if (s_latin1.GetString(latin1) == pair)
            yield return latin1;
    }

    private static byte[]? ReadBasic(string? authorization)
    {
        const string Scheme = "Basic ";
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;

        try
        {
            return Convert.FromBase64String(authorization.Substring(Scheme.Length).Trim());
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static bool IsAnyOf(byte[][] hashes, byte[] given)
    {
        var hash = Hash(given);
        var found = false;
        foreach (var candidate in hashes)
            found |= FixedTime.AreEqual(candidate, hash);
        return found;
    }

    private static byte[] Hash(byte[] value) => SHA256.HashData(value);
}
