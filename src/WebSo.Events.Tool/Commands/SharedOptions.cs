using System.CommandLine;
using WebSo.Events.ESign.Linting;

namespace WebSo.Events;

// Options that more than one command has.
internal static class SharedOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Write one JSON object a line, in UTF-8." };

    // Only whether it is a URL: what the server could not call is for the sender to tell.
    public static Option<string?> Url(string description)
    {
        var option = new Option<string?>("--url") { Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !UrlLint.TryParse(result.Tokens[^1].Value.Trim(), out _))
                result.AddError($"--url is '{ShownUrl.Of(result.Tokens[^1].Value)}', which is no absolute http or https URL: give one as 'https://host/webso/events'.");
        });
        return option;
    }

    // Of a property of an event.
    public static Option<string> Text(string name, string description, string value)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.Tokens[^1].Value.Length == 0)
                result.AddError($"{name} is empty: give a value, or leave it out for {value}.");
        });
        return option;
    }

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
