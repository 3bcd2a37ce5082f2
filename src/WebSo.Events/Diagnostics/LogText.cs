namespace WebSo.Events;

// Texts of a stranger, as they may stand in a log: short, on one line.
internal static class LogText
{
    private const int MaxLength = 64;

    public static string Of(string text)
    {
        if (text.Length <= MaxLength && !HasControl(text))
            return text;

        var shown = text.Length <= MaxLength ? text : text.Substring(0, MaxLength);
        var chars = shown.ToCharArray();
        for (var i = 0; i < chars.Length; i++)
        {
            if (char.IsControl(chars[i]) || char.IsSurrogate(chars[i]) || chars[i] is '\u2028' or '\u2029')
                chars[i] = '?';
        }

        return new string(chars) + (text.Length > MaxLength ? "..." : "");
    }

    private static bool HasControl(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029')
                return true;
        }

        return false;
    }
}
