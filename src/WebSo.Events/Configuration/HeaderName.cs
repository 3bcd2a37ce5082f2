namespace WebSo.Events;

// RFC 9110, 5.6.2: a token.
internal static class HeaderName
{
    public static bool IsValid(string name) =>
        name.Length > 0 && name.All(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') || "!#$%&'*+-.^_`|~".Contains(c));
}
