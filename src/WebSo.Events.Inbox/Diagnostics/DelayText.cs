using System.Globalization;

namespace WebSo.Events;

// A delay as a person reads it: 250 ms, 4 s, 5 min, 2 h.
internal static class DelayText
{
    public static string Of(TimeSpan delay) => delay.TotalSeconds switch
    {
        < 1 => Text(delay.TotalMilliseconds, "ms"),
        < 120 => Text(delay.TotalSeconds, "s"),
        < 7200 => Text(delay.TotalMinutes, "min"),
        _ => Text(delay.TotalHours, "h"),
    };

    private static string Text(double value, string unit) => Math.Round(value).ToString("F0", CultureInfo.InvariantCulture) + " " + unit;
}
