namespace WebSo.Events.Receiving;

// The charset parameter of a Content-Type.
internal static class DeclaredCharset
{
    private const string Parameter = "charset=";

    // The length of the longest registered charset name.
    private const int MaxLength = 45;

    // The charset in lowercase. Null if none is declared or the value can't be a charset name.
    public static string? Of(string? contentType)
    {
        var start = contentType?.IndexOf(Parameter, StringComparison.OrdinalIgnoreCase) ?? -1;
        if (start < 0)
            return null;

        var value = contentType.AsSpan(start + Parameter.Length);
        var end = value.IndexOfAny(';', ',');
        var name = (end < 0 ? value : value.Slice(0, end)).Trim().Trim('"');
        if (name.Equals("utf-8".AsSpan(), StringComparison.OrdinalIgnoreCase))
            return "utf-8";

        return name.Length is > 0 and <= MaxLength && IsToken(name) ? name.ToString().ToLowerInvariant() : null;
    }

    private static bool IsToken(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (c is not ((>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-' or '_' or '.' or ':' or '+'))
                return false;
        }

        return true;
    }
}
