using System.Globalization;

namespace WebSo.Events.Configuration;

// Times as a configuration has them. TimeSpan.Parse takes 5000 for days, and 24:00:00 for 24 days.
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

        // F takes no digit at all, too.
        return text.Length > 0 && text[text.Length - 1] != '.' && TimeSpan.TryParseExact(text, s_formats, CultureInfo.InvariantCulture, out var time)
            ? time
            : null;
    }

    // As it would be written in the configuration.
    public static string Of(TimeSpan time)
    {
        if (time == Timeout.InfiniteTimeSpan)
            return Infinite;

        var text = time.ToString("c", CultureInfo.InvariantCulture);
        return time.Ticks % TimeSpan.TicksPerSecond == 0 ? text : text.TrimEnd('0');
    }

    // What to write instead of a text that is not a time.
    public static string FixOf(string text, bool allowInfinite)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return $"A number has no unit: write {Of(TimeSpan.FromSeconds(number))} for {number} seconds, "
                + $"or {Of(TimeSpan.FromMilliseconds(number))} for {number} milliseconds.";
        }

        if (ParseManyHours(text) is { } time)
            return $"Hours go up to 23: write {Of(time)}.";

        return $"Write hh:mm:ss, as 00:00:30, or d.hh:mm:ss, as 7.00:00:00{(allowInfinite ? $", or {Infinite}" : "")}.";
    }

    private static TimeSpan? ParseManyHours(string text)
    {
        var parts = text.Split([':'], 2);
        return parts.Length == 2 && short.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours > 23
            ? Parse("00:" + parts[1], allowInfinite: false) + TimeSpan.FromHours(hours)
            : null;
    }
}
