namespace WebSo.Events.Security;

// RFC 9110, 5.6.2: a token.
internal static class HeaderName
{
    public const string Authorization = "Authorization";

    // A text that is no valid name may be a value in the wrong place, so messages never show it.
    public static bool IsValid(string name) => name.Length > 0 && name.All(IsTokenCharacter);

    private static bool IsTokenCharacter(char c) =>
        c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') || "!#$%&'*+-.^_`|~".Contains(c);
}
