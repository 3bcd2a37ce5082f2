using Microsoft.Extensions.Options;

namespace WebSo.Events.Configuration;

// Validates options: checks ranges, and collects all problems.
internal sealed class BoundsCheck
{
    public List<string> Problems { get; } = [];

    public ValidateOptionsResult ToResult() => Problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(Problems);

    public void Number(string option, long value, long min, long max = long.MaxValue)
    {
        if (value < min || value > max)
            Problems.Add($"{option} is {value}. Set a number from {min}{(max == long.MaxValue ? "" : $" to {max}")}.");
    }

    public void Time(string option, TimeSpan value, TimeSpan min, TimeSpan max, bool allowInfinite = false)
    {
        if ((value < min || value > max) && !(allowInfinite && value == Timeout.InfiniteTimeSpan))
        {
            var infinite = allowInfinite ? ", or infinite (in code Timeout.InfiniteTimeSpan)" : "";
            Problems.Add($"{option} is {TimeText.Format(value)}. Set a time from {TimeText.Format(min)} to {TimeText.Format(max)}{infinite}.");
        }
    }
}
