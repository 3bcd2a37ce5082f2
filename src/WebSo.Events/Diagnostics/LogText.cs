using System.Globalization;

namespace WebSo.Events;

// Texts of a stranger, as they may stand in a log: short, on one line.
internal static class LogText
{
    private const int MaxLength = 64;

    public static string Of(string text)
    {
        var length = Math.Min(text.Length, MaxLength);
        if (length < text.Length && char.IsSurrogatePair(text, length - 1))
            length--;
        if (length == text.Length && IsPlain(text))
            return text;

        var chars = text.ToCharArray(0, length);
        for (var i = 0; i < chars.Length; i++)
        {
            if (!IsPlain(chars[i]))
                chars[i] = '?';
        }

        return new string(chars) + (length < text.Length ? "..." : "");
    }

    private static bool IsPlain(string text)
    {
        foreach (var c in text)
        {
            if (!IsPlain(c))
                return false;
        }

        return true;
    }

    // Format characters can turn the direction of what follows in the line.
    private static bool IsPlain(char c) => CharUnicodeInfo.GetUnicodeCategory(c)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
