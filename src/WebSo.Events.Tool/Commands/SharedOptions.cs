using System.CommandLine;

namespace WebSo.Events;

// Options that more than one command has.
internal static class SharedOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Write one JSON object a line, in UTF-8." };

    public static Option<string?> Url(string description) => new("--url") { Description = description };

    public static Option<FileInfo?> Config(string description) => new("--config") { Description = description };

    public static Option<WebSoUnsetRetry> UnsetRetry()
    {
        var option = ValueOption.Of<WebSoUnsetRetry>(
            "--unset-retry",
            "What an unset webso_events_retry means: repeat after 5000 ms (older servers, the default), or never (newer ones).",
            "repeat or never",
            (text, out value) =>
            {
                value = text == "never" ? WebSoUnsetRetry.NeverRepeat : WebSoUnsetRetry.RepeatAfterFiveSeconds;
                return text is "repeat" or "never";
            });
        option.HelpName = "repeat|never";
        return option;
    }

    public static void RequireUrlOrConfig(Command command, Option<string?> url, Option<FileInfo?> config) => command.Validators.Add(result =>
    {
        if (result.GetResult(url) is null && result.GetResult(config) is null)
            result.AddError("Give --url, or --config with the server's config.ini.");
    });

    // With a URL alone: a config.ini of one try.
    public static WebSoServerConfiguration ReadConfiguration(FileInfo? config) => config is null
        ? WebSoServerConfiguration.Parse("webso_events_retries=0\nwebso_events_retry=0")
        : WebSoServerConfiguration.Read(config.FullName);
}
