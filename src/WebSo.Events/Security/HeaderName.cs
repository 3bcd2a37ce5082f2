namespace WebSo.Events.Security;

// Header names are tokens (RFC 9110, 5.6.2).
internal static class HeaderName
{
    public const string Authorization = "Authorization";

    // Messages must not show an invalid name, because it may be a misplaced secret.
    public static bool IsValid(string name) => name.Length > 0 && name.All(IsTokenCharacter);

    private static bool IsTokenCharacter(char c) =>
        c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') || "!#$%&'*+-.^_`|~".Contains(c);
}
