using System.CommandLine;
using System.Globalization;

namespace WebSo.Events;

// Options that more than one command has.
internal static class SharedOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Write one JSON object a line." };

    public static Option<string?> Url(string description) => new("--url") { Description = description };

    public static Option<FileInfo?> Config(string description) => new("--config") { Description = description };

    public static Option<WebSoUnsetRetry> UnsetRetry() => new("--unset-retry")
    {
        Description = "What an unset webso_events_retry means: repeat after 5000 ms (older servers, the default), or never (newer ones).",
        HelpName = "repeat|never",
        CustomParser = result => result.Tokens[^1].Value switch
        {
            "repeat" => WebSoUnsetRetry.RepeatAfterFiveSeconds,
            "never" => WebSoUnsetRetry.NeverRepeat,
            var other => Refuse(result, other),
        },
    };

    public static void RequireUrlOrConfig(Command command, Option<string?> url, Option<FileInfo?> config) => command.Validators.Add(result =>
    {
        if (result.GetResult(url) is null && result.GetResult(config) is null)
            result.AddError("Give --url, or --config with the server's config.ini.");
    });

    public static void RequireRange<T>(Option<T> option, T minimum, T maximum)
        where T : struct, IComparable<T> => option.Validators.Add(result =>
    {
        // What is no number at all is told by the parser, after the validators.
        if (result.Tokens is [var given] && !double.TryParse(given.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            return;

        var value = result.GetValueOrDefault<T>();
        if (value.CompareTo(minimum) < 0 || value.CompareTo(maximum) > 0)
            result.AddError($"{option.Name} is {value}: give a number from {minimum}{(maximum is double.MaxValue ? " on" : $" to {maximum}")}.");
    });

    // With a URL alone: a config.ini of one try.
    public static WebSoServerConfiguration ReadConfiguration(FileInfo? config) => config is null
        ? WebSoServerConfiguration.Parse("webso_events_retries=0\nwebso_events_retry=0")
        : WebSoServerConfiguration.Read(config.FullName);

    private static WebSoUnsetRetry Refuse(System.CommandLine.Parsing.ArgumentResult result, string given)
    {
        result.AddError($"--unset-retry is '{given}': give repeat or never.");
        return default;
    }
}
