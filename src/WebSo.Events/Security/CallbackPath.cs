using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace WebSo.Events.Security;

// Decodes the path of a callback URL as all web servers do. A path that web servers and proxies interpret differently is refused when the
// URL is created, because the receiver could not verify its signature.
internal static class CallbackPath
{
    public static bool TryDecode(string escaped, [NotNullWhen(true)] out string? path, out string problem)
    {
        path = null;
        problem = "has an escape that is not '%' and two hexadecimal digits";
        var bytes = new ByteBuffer();
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '%')
            {
                bytes.Write([(byte)escaped[i]]);
                continue;
            }

            if (!TryDecodeEscape(escaped, i, out var value))
                return false;
            if (value is (byte)'/' or (byte)'\\')
            {
                problem = "has an escaped slash or backslash (%2F, %5C)";
                return false;
            }

            bytes.Write([value]);
            i += 2;
        }

        problem = "has escapes that are not UTF-8";
        if (!Utf8Validation.IsValid(bytes.Span))
            return false;

        var text = Encoding.UTF8.GetString(bytes.Span);
        if (ProblemOf(text) is { } found)
        {
            problem = found;
            return false;
        }

        path = text;
        return true;
    }

    // Whether the text is empty or a valid path prefix.
    public static bool IsPrefix(string? text) => text is not null && (text.Length == 0 || ProblemOfPrefix(text) is null);

    // The reason why the prefix is not valid, or null.
    public static string? ProblemOfPrefix(string prefix)
    {
        if (prefix.Length < 2 || prefix[0] != '/' || prefix[prefix.Length - 1] == '/')
            return "it does not start with '/', or it ends with '/'";
        return prefix.IndexOfAny(['?', '#', '%', '\\']) >= 0 ? "it contains '?', '#', '%' or '\\'" : ProblemOf(prefix) is { } problem ? $"it {problem}" : null;
    }

    // Decodes the escaped byte at a '%'.
    public static bool TryDecodeEscape(string text, int at, out byte value)
    {
        var (high, low) = at + 2 < text.Length ? (DigitOf(text[at + 1]), DigitOf(text[at + 2])) : (-1, -1);
        value = (byte)((high << 4) | low);
        return high >= 0 && low >= 0;
    }

    private static int DigitOf(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'f' => c - 'a' + 10,
        >= 'A' and <= 'F' => c - 'A' + 10,
        _ => -1,
    };

    // An empty last segment is a trailing slash, which is part of the signed path.
    private static string? ProblemOf(string path)
    {
        if (path.Any(char.IsControl))
            return "has a control character";

        var segments = path.Split('/');
        for (var i = 1; i < segments.Length; i++)
        {
            if (segments[i] is "." or "..")
                return "has a dot segment ('.' or '..')";
            if (segments[i].Length == 0 && i < segments.Length - 1)
                return "has an empty segment ('//')";
        }

        return null;
    }
}
