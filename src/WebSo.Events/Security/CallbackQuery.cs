using System.Globalization;
using System.Text;

namespace WebSo.Events.Security;

// Handles the query parameter that contains the token. All other parameters must stay unchanged, so the query is never parsed and rebuilt.
internal static class CallbackQuery
{
    private const string Prefix = "webso=";

    // Counts the parameter. first: the range of its first occurrence, name and value.
    public static int Count(string query, out (int Start, int End) first)
    {
        first = default;
        var count = 0;
        for (var start = query.Length > 0 && query[0] == '?' ? 1 : 0; start < query.Length;)
        {
            var next = query.IndexOf('&', start);
            var end = next < 0 ? query.Length : next;
            if (string.CompareOrdinal(query, start, Prefix, 0, Prefix.Length) == 0 && count++ == 0)
                first = (start, end);
            start = end + 1;
        }

        return count;
    }

    public static string ValueOf(string query, (int Start, int End) parameter) =>
        query.Substring(parameter.Start + Prefix.Length, parameter.End - parameter.Start - Prefix.Length);

    public static string Cut(string query, (int Start, int End) parameter)
    {
        var (start, end) = parameter;
        if (start > 0 && query[start - 1] == '&')
            start--;
        else if (end < query.Length)
            end++;
        else
            return "";
        return query.Remove(start, end - start);
    }

    public static string Append(string url, string token)
    {
        var query = url.IndexOf('?');
        var separator = query < 0 ? "?" : query == url.Length - 1 ? "" : "&";
        return url + separator + Prefix + token;
    }

    // RFC 3986, 6.2.2: '%7e', '%7E' and '~' are equivalent, and clients and proxies may replace one by another. Escapes of reserved
    // characters stay, so queries with different meanings never become equal.
    public static string Normalize(string query)
    {
        if (query.IndexOf('%') < 0)
            return query;

        var normal = new StringBuilder(query.Length);
        for (var i = 0; i < query.Length; i++)
        {
            if (query[i] != '%' || !CallbackPath.TryDecodeEscape(query, i, out var value))
            {
                normal.Append(query[i]);
                continue;
            }

            if (IsUnreserved(value))
                normal.Append((char)value);
            else
                normal.Append('%').Append(value.ToString("X2", CultureInfo.InvariantCulture));
            i += 2;
        }

        return normal.ToString();
    }

    private static bool IsUnreserved(byte b) =>
        b is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9')
            or (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~';
}
