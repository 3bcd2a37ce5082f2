using System.Globalization;

namespace WebSo.Events.Configuration;

// Parses and formats times in the configuration. TimeSpan.Parse would read 5000 as 5000 days, and 24:00:00 as 24 days.
internal static class TimeText
{
    private const string Infinite = "infinite";

    private static readonly string[] s_formats =
    [
        @"hh\:mm\:ss", @"hh\:mm\:ss\.FFFFFFF", @"d\.hh\:mm\:ss", @"d\.hh\:mm\:ss\.FFFFFFF",
    ];

    public static TimeSpan? Parse(string text, bool allowInfinite)
    {
        if (allowInfinite && string.Equals(text, Infinite, StringComparison.OrdinalIgnoreCase))
            return Timeout.InfiniteTimeSpan;

        // The format F also matches no digits, so refuse a trailing dot.
        return text.Length > 0 && text[text.Length - 1] != '.' && TimeSpan.TryParseExact(text, s_formats, CultureInfo.InvariantCulture, out var time)
            ? time
            : null;
    }

    // The form that Parse accepts.
    public static string Format(TimeSpan time)
    {
        if (time == Timeout.InfiniteTimeSpan)
            return Infinite;

        var text = time.ToString("c", CultureInfo.InvariantCulture);
        return time.Ticks % TimeSpan.TicksPerSecond == 0 ? text : text.TrimEnd('0');
    }

    // A fix for a text that is not a time.
    public static string SuggestFix(string text, bool allowInfinite)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return $"A number has no unit: write {Format(TimeSpan.FromSeconds(number))} for {number} seconds, "
                + $"or {Format(TimeSpan.FromMilliseconds(number))} for {number} milliseconds.";
        }

        if (ParseManyHours(text) is { } time)
            return $"Hours go up to 23: write {Format(time)}.";

        return $"Write hh:mm:ss, such as 00:00:30, or d.hh:mm:ss, such as 7.00:00:00{(allowInfinite ? $", or {Infinite}" : "")}.";
    }

    private static TimeSpan? ParseManyHours(string text)
    {
        var parts = text.Split([':'], 2);
        return parts.Length == 2 && short.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours > 23
            ? Parse("00:" + parts[1], allowInfinite: false) + TimeSpan.FromHours(hours)
            : null;
    }
}
