namespace WebSo.Events;

// Property names without quotes: {event:"RENDER_RETURN"}, as the vendor's documentation has it.
internal static class UnquotedNames
{
    // Whether a name without quotes comes next, where a name may come.
    public static bool StartsAt(ReadOnlySpan<byte> utf8, int position)
    {
        while (position < utf8.Length && utf8[position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',')
            position++;
        return position < utf8.Length && IsStart(utf8[position]);
    }

    // The same JSON with all its names in quotes. What is wrong in other ways stays wrong, and is found by the parser.
    public static byte[] Quote(ReadOnlySpan<byte> utf8, out List<int> insertedQuotes)
    {
        var quoted = new List<byte>(utf8.Length + 16);
        insertedQuotes = [];
        var objects = 0UL;
        var nameMayCome = false;
        for (var i = 0; i < utf8.Length; i++)
        {
            var b = utf8[i];
            if (b == (byte)'"')
            {
                var end = EndOfString(utf8, i);
                for (; i < end; i++)
                    quoted.Add(utf8[i]);
                i--;
                nameMayCome = false;
                continue;
            }

            if (nameMayCome && IsStart(b))
            {
                insertedQuotes.Add(quoted.Count);
                quoted.Add((byte)'"');
                for (; i < utf8.Length && IsPart(utf8[i]); i++)
                    quoted.Add(utf8[i]);
                i--;
                insertedQuotes.Add(quoted.Count);
                quoted.Add((byte)'"');
                nameMayCome = false;
                continue;
            }

            // Deeper than 64 levels the bits fall out at the top: by then the parser has refused.
            (objects, nameMayCome) = b switch
            {
                (byte)'{' => ((objects << 1) | 1, true),
                (byte)'[' => (objects << 1, false),
                (byte)'}' or (byte)']' => (objects >> 1, false),
                (byte)',' => (objects, (objects & 1) == 1),
                (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' => (objects, nameMayCome),
                _ => (objects, false),
            };
            quoted.Add(b);
        }

        return [.. quoted];
    }

    private static int EndOfString(ReadOnlySpan<byte> utf8, int start)
    {
        for (var i = start + 1; i < utf8.Length; i++)
        {
            if (utf8[i] == (byte)'\\')
                i++;
            else if (utf8[i] == (byte)'"')
                return i + 1;
        }

        return utf8.Length;
    }

    private static bool IsStart(byte b) => b is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (byte)'_' or (byte)'$';

    private static bool IsPart(byte b) => IsStart(b) || b is (>= (byte)'0' and <= (byte)'9') or (byte)'-';
}
