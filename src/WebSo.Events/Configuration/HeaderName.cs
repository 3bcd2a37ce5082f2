namespace WebSo.Events;

// RFC 9110, 5.6.2: a token.
internal static class HeaderName
{
    public static bool IsValid(string name) => name.Length > 0 && name.All(IsTokenCharacter);

    // What may be shown of a text that was to be a name: behind the first character that no name has, a value may follow.
    public static string ValidPartOf(string name) => LogText.Of(string.Concat(name.TakeWhile(IsTokenCharacter)));

    private static bool IsTokenCharacter(char c) =>
        c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') || "!#$%&'*+-.^_`|~".Contains(c);
}
