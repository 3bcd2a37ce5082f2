namespace WebSo.Events;

// What is wrong or dangerous in a config.ini, in order of its lines; what is about the whole file comes last.
internal sealed class ServerConfigurationLint(WebSoServerConfiguration configuration, ConfigurationLines lines)
{
    private static readonly string[] s_events =
    [
        WebSoEventNames.StatusChange, WebSoEventNames.UserFinish, WebSoEventNames.FieldSignedOrRejected, WebSoEventNames.RenderReturn,
    ];

    public IEnumerable<WebSoLintFinding> Run() =>
        (lines.HasKeys ? CheckContent() : [NoKeys()]).Concat(KeyLint.CheckOthers(lines.Others)).OrderBy(finding => finding.Line ?? int.MaxValue);

    private static WebSoLintFinding NoKeys() => new(
        "file-without-keys",
        WebSoLintSeverity.Error,
        null,
        "No key in the file begins with webso_events_.",
        "The server sends no events, and a receiver that reads the file can't tell which headers to require.",
        "Give the server's config.ini, and add webso_events_url=https://host/webso/events to it.");

    private IEnumerable<WebSoLintFinding> CheckContent() =>
        KeyLint.Check(lines)
            .Concat(ValueLint.Check(lines))
            .Concat(CheckUrl())
            .Concat(CheckFilter())
            .Concat(new RetryLint(configuration, lines).Run())
            .Concat(new HeaderLint(configuration, lines).Run());

    private IEnumerable<WebSoLintFinding> CheckUrl()
    {
        if (configuration.Url is { } url)
            return UrlLint.Check("webso_events_url", url, lines.NumberOf("webso_events_url"));

        return
        [
            new WebSoLintFinding(
                "url-missing",
                WebSoLintSeverity.Error,
                lines.NumberOf("webso_events_url"),
                "webso_events_url is not set.",
                "The server sends no events, except for documents that have a CallbackUrl of their own.",
                "Add webso_events_url=https://host/webso/events."),
        ];
    }

    private IEnumerable<WebSoLintFinding> CheckFilter()
    {
        foreach (var name in WebSoEventFilter.Parse(configuration.Filter).Names.Where(name => Array.IndexOf(s_events, name) < 0).OrderBy(name => name, StringComparer.Ordinal))
        {
            yield return new WebSoLintFinding(
                "filter-unknown-event",
                WebSoLintSeverity.Error,
                lines.NumberOf("webso_events_filter"),
                $"webso_events_filter contains {NearestName.Shown(name, s_events, c => c is '_' or (>= 'A' and <= 'Z'))}, which is not a documented event.",
                "The server sends only events that the filter names, so it sends none for this name.",
                $"Write {NearestName.Of(name, s_events)}, if that is the event you mean.");
        }
    }
}
