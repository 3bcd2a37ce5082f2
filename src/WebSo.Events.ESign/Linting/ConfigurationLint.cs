namespace WebSo.Events.ESign.Linting;

// Checks a config.ini.
internal static class ConfigurationLint
{
    private static readonly string[] s_events =
    [
        EventNames.StatusChange, EventNames.UserFinish, EventNames.FieldSignedOrRejected, EventNames.RenderReturn,
    ];

    public static void Check(WebSoServerConfiguration configuration, LintFindings findings)
    {
        if (configuration.Lines.HasKeys)
        {
            KeyLint.Check(configuration.Lines, findings);
            ValueLint.Check(configuration.Lines, findings);
            CheckUrl(configuration, findings);
            CheckFilter(configuration, findings);
            new RetryLint(configuration, findings).Check();
            new HeaderLint(configuration, findings).Check();
        }
        else
        {
            findings.Error(
                "file-without-keys",
                null,
                "No key in the file starts with webso_events_.",
                "The server sends no events, and a receiver that reads the file can't tell which headers to require.",
                "Check that this is the server's config.ini, and add webso_events_url=https://host/webso/events to it.");
        }

        KeyLint.CheckOthers(configuration.Lines, findings);
    }

    private static void CheckUrl(WebSoServerConfiguration configuration, LintFindings findings)
    {
        var line = configuration.Lines.NumberOf(ServerKeys.Url);
        if (configuration.Url is { } url)
        {
            UrlLint.Check(ServerKeys.Url, url, line, findings);
        }
        else
        {
            findings.Error(
                "url-missing",
                line,
                "webso_events_url is not set.",
                "The server sends no events, except for documents that have a CallbackUrl of their own.",
                "Add webso_events_url=https://host/webso/events.");
        }
    }

    private static void CheckFilter(WebSoServerConfiguration configuration, LintFindings findings)
    {
        var names = WebSoEventFilter.Parse(configuration.Filter).Names;
        foreach (var name in names.Where(name => Array.IndexOf(s_events, name) < 0).OrderBy(name => name, StringComparer.Ordinal))
        {
            var shown = NearestName.Shown(name, s_events, c => c is '_' or (>= 'A' and <= 'Z'));
            findings.Error(
                "filter-unknown-event",
                configuration.Lines.NumberOf(ServerKeys.Filter),
                $"webso_events_filter contains {shown}, which is not a documented event.",
                "The server sends only the events that the filter names, so it sends none for this name.",
                $"If you mean {NearestName.Of(name, s_events)}, correct the name. Otherwise, delete it.");
        }
    }
}
