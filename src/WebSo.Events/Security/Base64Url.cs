namespace WebSo.Events.Security;

// Base64url (RFC 4648, section 5) without padding. Decoding is strict: unused bits must be 0, so each value has exactly one text.
internal static class Base64Url
{
    public static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length % 4 == 1 || !text.All(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-' or '_'))
            return false;

        var padded = text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=');
        bytes = Convert.FromBase64String(padded);
        return Encode(bytes) == text;
    }
}
