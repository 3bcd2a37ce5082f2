using System.Globalization;

namespace WebSo.Events.Diagnostics;

// Makes untrusted text safe for a log or a terminal: limits its length and replaces line breaks, control and formatting characters, and
// lone surrogates.
internal static class LogText
{
    // The limit for names and IDs.
    public const int MaxNameLength = 64;

    public static string Of(string text, int maxLength = MaxNameLength)
    {
        var length = Math.Min(text.Length, maxLength);
        if (length < text.Length && char.IsSurrogatePair(text, length - 1))
            length--;
        var first = FindUnsafe(text, 0, length);
        if (first == length)
            return length == text.Length ? text : text.Remove(length) + "...";

        var chars = text.ToCharArray(0, length);
        for (var i = first; i < length; i = FindUnsafe(text, i, length))
        {
            for (var end = i + LengthAt(text, i); i < end; i++)
                chars[i] = '?';
        }

        return new string(chars) + (length < text.Length ? "..." : "");
    }

    // The index of the first unsafe character from the start, or the end.
    private static int FindUnsafe(string text, int start, int end)
    {
        while (start < end && IsSafe(text, start))
            start += LengthAt(text, start);
        return start;
    }

    private static int LengthAt(string text, int index) => char.IsSurrogatePair(text, index) ? 2 : 1;

    private static bool IsSafe(string text, int index) => text[index] is >= ' ' and <= '~' || CharUnicodeInfo.GetUnicodeCategory(text, index)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
