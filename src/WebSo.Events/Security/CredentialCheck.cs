using System.Security.Cryptography;
using System.Text;

namespace WebSo.Events.Security;

// The headers and passwords that an endpoint demands. Hashes are compared, all of them, so that the time tells neither length nor content.
internal sealed class CredentialCheck
{
    private static readonly Encoding s_latin1 = Encoding.GetEncoding("ISO-8859-1");

    private readonly List<KeyValuePair<string, byte[][]>> _headers = [];
    private readonly byte[][] _basic;

    public CredentialCheck(IDictionary<string, IList<string>> requiredHeaders, IDictionary<string, IList<string>> basicCredentials)
    {
        foreach (var header in requiredHeaders)
            _headers.Add(new(header.Key, [.. header.Value.Select(value => Hash(Encoding.UTF8.GetBytes(value.Trim())))]));

        _basic = HashesOf(basicCredentials);
        Challenge = _basic.Length > 0 || requiredHeaders.ContainsKey(HeaderName.Authorization)
            ? "Basic realm=\"WebSo.Events\", charset=\"UTF-8\""
            : "Header realm=\"WebSo.Events\"";
    }

    // The value of WWW-Authenticate.
    public string Challenge { get; }

    public bool IsEmpty => _headers.Count == 0 && _basic.Length == 0;

    // A call has one Authorization header. If both a value of it and a user are demanded, a value must be that of a user.
    public static bool CanBeSatisfied(IDictionary<string, IList<string>> requiredHeaders, IDictionary<string, IList<string>> basicCredentials)
    {
        var basic = HashesOf(basicCredentials);
        return basic.Length == 0
            || !requiredHeaders.TryGetValue(HeaderName.Authorization, out var values)
            || values.Any(value => ReadBasic(value.Trim()) is { } pair && IsAnyOf(basic, pair));
    }

    // The second parameter gives the value of a header of the first; null where it is absent.
    public bool IsSatisfiedBy<TRequest>(TRequest request, Func<TRequest, string, string?> getHeader)
    {
        var satisfied = true;
        foreach (var header in _headers)
            satisfied &= getHeader(request, header.Key) is { } value && IsAnyOf(header.Value, Encoding.UTF8.GetBytes(value.Trim()));
        if (_basic.Length > 0)
            satisfied &= ReadBasic(getHeader(request, HeaderName.Authorization)) is { } pair && IsAnyOf(_basic, pair);
        return satisfied;
    }

    // RFC 7617 leaves the encoding open: a Java sender may use either.
    private static byte[][] HashesOf(IDictionary<string, IList<string>> credentials) =>
    [
        .. from credential in credentials
           from password in credential.Value
           from bytes in Encode(credential.Key + ":" + password)
           select Hash(bytes),
    ];

    // What ISO-8859-1 lacks would become a question mark, and a password of question marks would do.
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
