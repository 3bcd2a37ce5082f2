using System.Globalization;
using System.Text.RegularExpressions;

namespace WebSo.Events;

// The parts of the message with which an upload is refused.
internal sealed partial record ESignRefusal(string Problem, int Line, long BytePosition)
{
    // Throws for a FormatException that does not come from the reader of uploads, such as UriFormatException.
    public static ESignRefusal Of(FormatException exception)
    {
        var match = Message().Match(exception.Message);
        return match.Success
            ? new ESignRefusal(
                match.Groups[1].Value,
                int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture),
                long.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException("The message does not end with line and byte.", exception);
    }

    [GeneratedRegex(@"^([^\n]+[.]) \(line ([0-9]+), byte ([0-9]+)\)$")]
    private static partial Regex Message();
}
