using System.CommandLine;
using WebSo.Events.ESign.Linting;

namespace WebSo.Events.Tool.Commands;

// Options that several commands share.
internal static class SharedOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Write one JSON object per line, in UTF-8." };

    // Checks only that it is a URL. The sender reports URLs that the server can't call.
    public static Option<string?> Url(string description)
    {
        var option = new Option<string?>("--url") { Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !UrlLint.TryParse(result.Tokens[^1].Value.Trim(), out _))
                result.AddError($"--url is '{ShownUrl.Of(result.Tokens[^1].Value)}', which is not an absolute http or https URL. Use a URL like 'https://host/webso/events'.");
        });
        return option;
    }

    // An option for a property of an event.
    public static Option<string> Text(string name, string description, string value)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.Tokens[^1].Value.Length == 0)
                result.AddError($"{name} is empty. Give a value, or omit the option for {value}.");
        });
        return option;
    }

    public static Option<FileInfo?> Config(string description) => new("--config") { Description = description };

    public static Option<int> Generation() => ValueOption.Whole(
        "--generation", "The generation of the server: 1, 2 or 3. It decides what happens after a failed call.", 3, 1, 3);

    public static void RequireUrlOrConfig(Command command, Option<string?> url, Option<FileInfo?> config) => command.Validators.Add(result =>
    {
        if (result.GetResult(url) is null && result.GetResult(config) is null)
            result.AddError("Use --url, or --config with the server's config.ini.");
    });

    // With only a URL, each event is sent once.
    public static WebSoServerConfiguration ReadConfiguration(FileInfo? config) => config is null
        ? WebSoServerConfiguration.Parse("webso_events_retries=0\nwebso_events_retry=0")
        : WebSoServerConfiguration.Read(config.FullName);
}
