using System.Globalization;

namespace WebSo.Events.Tests;

// Text with forged lines, terminal control sequences, direction marks and lone surrogates.
internal static class Hostile
{
    public static readonly string[] Parts =
        ["\r\n", "\n", "\r", "\u001b[2J", "\0", "\a", "\u007f", "\u0085", "\u009b31m", "\u200e", "\u061c", "\u202e", "\u2066", "\u2028", "\u2029", "\ufeff", "\ud800", "\udc00", "\U000E0001"];

    public static bool IsSafe(string text)
    {
        for (var i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
        {
            if (CharUnicodeInfo.GetUnicodeCategory(text, i) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                return false;
        }

        return true;
    }

    // The text of an exception can have several lines, but none that could start a log line.
    public static bool IsSafeLines(string text)
    {
        var lines = text.Split(Environment.NewLine);
        return lines.All(IsSafe) && lines.Skip(1).All(line => line.Length == 0 || line.StartsWith(' ') || line.StartsWith("---", StringComparison.Ordinal) || line.StartsWith("<---", StringComparison.Ordinal));
    }
}
