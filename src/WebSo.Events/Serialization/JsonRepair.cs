using System.Buffers.Text;

namespace WebSo.Events.Serialization;

// Repairs unambiguous JSON errors: property names without quotes, as in the vendor's example, unescaped control characters in strings, lone
// surrogates, and backslashes that start no escape. Needs linear time and space.
internal static class JsonRepair
{
    private const int EscapeLength = 6; // \u0000

    // Whether an unquoted name follows at a position where a name is allowed.
    public static bool StartsWithName(ReadOnlySpan<byte> utf8, int position)
    {
        while (position < utf8.Length && utf8[position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',')
            position++;
        return position < utf8.Length && IsStartOfName(utf8[position]);
    }

    // Returns the repaired JSON, or null if there is nothing to repair. Other errors remain.
    public static PooledBuffer? Repair(ReadOnlySpan<byte> utf8)
    {
        PooledBuffer? repaired = null;
        var copied = 0;
        for (var i = 0; i < utf8.Length;)
        {
            if (utf8[i] == (byte)'"')
            {
                i = RepairText(utf8, i + 1, ref repaired, ref copied);
                continue;
            }

            if (!IsStartOfName(utf8[i]))
            {
                i++;
                continue;
            }

            var end = i + 1;
            while (end < utf8.Length && IsPartOfName(utf8[end]))
                end++;
            if (IsBeforeColon(utf8, end))
            {
                Replace(utf8, i, 0, "\""u8, ref repaired, ref copied);
                Replace(utf8, end, 0, "\""u8, ref repaired, ref copied);
            }

            i = end;
        }

        repaired?.Write(utf8.Slice(copied));
        return repaired;
    }

    // Repairs a string. i is the position after the opening quote; returns the position after the closing quote.
    private static int RepairText(ReadOnlySpan<byte> utf8, int i, ref PooledBuffer? repaired, ref int copied)
    {
        while (true)
        {
            var run = ByteSearch.IndexOfEndOfRun(utf8.Slice(i));
            if (run < 0)
                return utf8.Length;

            i += run;
            if (utf8[i] == (byte)'"')
                return i + 1;
            i = utf8[i] == (byte)'\\'
                ? RepairEscape(utf8, i, ref repaired, ref copied)
                : RepairControls(utf8, i, ref repaired, ref copied);
        }
    }

    // Escapes a run of control characters, and returns the position after it.
    private static int RepairControls(ReadOnlySpan<byte> utf8, int i, ref PooledBuffer? repaired, ref int copied)
    {
        var count = 1;
        while (i + count < utf8.Length && utf8[i + count] < (byte)' ')
            count++;
        Replace(utf8, i, count, default, ref repaired, ref copied);
        var target = repaired!.Reserve(count * EscapeLength);
        var written = 0;
        foreach (var control in utf8.Slice(i, count))
            written += WriteEscape(control, target.Slice(written));
        repaired.Advance(written);
        return i + count;
    }

    // Repairs an escape, and returns the position after it, or after both escapes of a surrogate pair.
    private static int RepairEscape(ReadOnlySpan<byte> utf8, int i, ref PooledBuffer? repaired, ref int copied)
    {
        if (i + 1 < utf8.Length && utf8[i + 1] is (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t')
            return i + 2;
        if (i + 1 == utf8.Length || utf8[i + 1] != (byte)'u' || !TryReadUnit(utf8, i, out var unit))
        {
            Replace(utf8, i, 1, "\\\\"u8, ref repaired, ref copied);
            return i + 1;
        }

        if (!char.IsSurrogate(unit))
            return i + EscapeLength;
        if (TryReadUnit(utf8, i + EscapeLength, out var next) && char.IsSurrogatePair(unit, next))
            return i + (2 * EscapeLength);

        Replace(utf8, i, EscapeLength, "\\ufffd"u8, ref repaired, ref copied);
        return i + EscapeLength;
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> utf8, int i, out char unit)
    {
        unit = default;
        if (utf8.Length - i < EscapeLength || utf8[i] != (byte)'\\' || utf8[i + 1] != (byte)'u')
            return false;

        var isUnit = Utf8Parser.TryParse(utf8.Slice(i + 2, 4), out ushort value, out var read, 'x') && read == 4;
        unit = (char)value;
        return isUnit;
    }

    private static int WriteEscape(byte control, Span<byte> escape)
    {
        var letter = control switch
        {
            (byte)'\b' => 'b',
            (byte)'\t' => 't',
            (byte)'\n' => 'n',
            (byte)'\f' => 'f',
            (byte)'\r' => 'r',
            _ => 'u',
        };
        escape[0] = (byte)'\\';
        escape[1] = (byte)letter;
        if (letter != 'u')
            return 2;

        "00"u8.CopyTo(escape.Slice(2));
        escape[4] = (byte)('0' + (control >> 4));
        escape[5] = "0123456789abcdef"u8[control & 0xF];
        return EscapeLength;
    }

    // Copies the text before the replaced range.
    private static void Replace(ReadOnlySpan<byte> utf8, int start, int length, ReadOnlySpan<byte> with, ref PooledBuffer? repaired, ref int copied)
    {
        repaired ??= new PooledBuffer(utf8.Length + 64);
        repaired.Write(utf8.Slice(copied, start - copied));
        repaired.Write(with);
        copied = start + length;
    }

    private static bool IsBeforeColon(ReadOnlySpan<byte> utf8, int position)
    {
        while (position < utf8.Length && utf8[position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            position++;
        return position < utf8.Length && utf8[position] == (byte)':';
    }

    private static bool IsStartOfName(byte b) => b is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (byte)'_' or (byte)'$';

    private static bool IsPartOfName(byte b) => IsStartOfName(b) || b is (>= (byte)'0' and <= (byte)'9') or (byte)'-';
}
