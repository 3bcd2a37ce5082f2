namespace WebSo.Events.Configuration;

// Which options are out of their bounds.
internal sealed class BoundsCheck
{
    public List<string> Problems { get; } = [];

    public void Number(string option, long value, long least, long most = long.MaxValue)
    {
        if (value < least || value > most)
            Problems.Add($"{option} is {value}. Set a number from {least}{(most == long.MaxValue ? "" : $" to {most}")}.");
    }

    public void Time(string option, TimeSpan value, TimeSpan least, TimeSpan most, bool allowInfinite = false)
    {
        if ((value < least || value > most) && !(allowInfinite && value == Timeout.InfiniteTimeSpan))
            Problems.Add($"{option} is {TimeText.Of(value)}. Set a time from {TimeText.Of(least)} to {TimeText.Of(most)}{(allowInfinite ? ", or infinite (in code Timeout.InfiniteTimeSpan)" : "")}.");
    }
}
