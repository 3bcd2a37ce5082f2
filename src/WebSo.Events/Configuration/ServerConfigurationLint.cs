using System.Globalization;

namespace WebSo.Events;

// What is wrong or dangerous in a config.ini, in order of its lines; what is about the whole comes last.
internal sealed class ServerConfigurationLint(WebSoServerConfiguration configuration, IReadOnlyList<ConfigurationLine> lines)
{
    private const int ShortPauseMs = 1000;

    private static readonly string[] s_events =
    [
        WebSoEventNames.StatusChange, WebSoEventNames.UserFinish, WebSoEventNames.FieldSignedOrRejected, WebSoEventNames.RenderReturn,
    ];

    public IEnumerable<WebSoLintFinding> Run(IReadOnlyList<ConfigurationLine> others) =>
        KeyLint.Check(lines).Concat(KeyLint.CheckOthers(others)).Concat(CheckUrl()).Concat(CheckFilter()).Concat(CheckRetry()).Concat(CheckHeaders())
            .OrderBy(finding => finding.Line ?? int.MaxValue);

    private IEnumerable<WebSoLintFinding> CheckUrl()
    {
        if (configuration.Url is { } url)
            return UrlLint.Check("webso_events_url", url, LineOf("webso_events_url"));

        return
        [
            new WebSoLintFinding(
                "url-missing",
                WebSoLintSeverity.Error,
                LineOf("webso_events_url"),
                "webso_events_url is not set.",
                "It switches the events on: without it only documents with a CallbackUrl of their own can have any.",
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
                LineOf("webso_events_filter"),
                $"The filter has the event {LogText.Of(name)}, which is not documented.",
                "The filter names what is fired: under a wrong name, nothing is.",
                $"Write {NearestName.Of(name, s_events)}, if that is meant.");
        }
    }

    private IEnumerable<WebSoLintFinding> CheckRetry() =>
        CheckNumber("webso_events_retry", configuration.RetryDelay is null, "milliseconds from 0, as 5000")
            .Concat(CheckNumber("webso_events_retries", configuration.MaxRetries is null, "a whole number from 0, or -1 for repeats without end"))
            .Concat(CheckPause());

    private IEnumerable<WebSoLintFinding> CheckNumber(string key, bool isUnset, string format)
    {
        if (isUnset && lines.Any(line => line.Key == key && line.Value.Length > 0))
        {
            yield return new WebSoLintFinding(
                "number-unreadable",
                WebSoLintSeverity.Error,
                LineOf(key),
                $"{key} is no number that is possible.",
                "What the server makes of it is not documented.",
                $"Give {format}.");
        }
    }

    private IEnumerable<WebSoLintFinding> CheckPause()
    {
        if (configuration.RetryDelay is not { } delay)
        {
            yield return new WebSoLintFinding(
                "retry-unset",
                WebSoLintSeverity.Warning,
                LineOf("webso_events_retry"),
                "webso_events_retry is not set.",
                "Older servers then repeat a failed call after 5000 ms; newer ones never, so each event that is not answered with 200 at once is lost for good.",
                "Add webso_events_retry=5000.");
        }
        else if (delay.TotalMilliseconds < ShortPauseMs && configuration.MaxRetries is null or < 0)
        {
            yield return new WebSoLintFinding(
                "retry-short",
                WebSoLintSeverity.Warning,
                LineOf("webso_events_retry"),
                string.Format(CultureInfo.InvariantCulture, "Calls are repeated without end after a pause of {0} ms.", delay.TotalMilliseconds),
                "Each event that is never answered with 200 is called for ever, many times a second.",
                $"Give a pause of at least {ShortPauseMs} ms, or bound the repeats with webso_events_retries.");
        }
    }

    private IEnumerable<WebSoLintFinding> CheckHeaders()
    {
        var (names, values) = (Split("webso_events_keys"), Split("webso_events_values"));
        if (values.Length > names.Length && names.Length > 0)
        {
            yield return new WebSoLintFinding(
                "header-value-comma",
                WebSoLintSeverity.Error,
                LineOf("webso_events_values"),
                $"There are {values.Length} values for {names.Length} names of headers: a value likely holds a comma.",
                "Values are separated by commas and there is no escape, so a value can hold none: the receiver gets part of it, or that of another header.",
                "Choose a value without a comma; of Basic credentials the base64 has none.");
        }
        else if (values.Length != names.Length)
        {
            yield return new WebSoLintFinding(
                "headers-unequal",
                WebSoLintSeverity.Error,
                LineOf("webso_events_keys") ?? LineOf("webso_events_values"),
                $"There are {names.Length} names of headers and {values.Length} values.",
                "They belong together by their order. What the server makes of the rest is not documented.",
                "Give one value for each name, in webso_events_keys and webso_events_values.");
        }

        foreach (var name in names.Where(name => !HeaderName.IsValid(name)))
        {
            yield return new WebSoLintFinding(
                "header-name",
                WebSoLintSeverity.Error,
                LineOf("webso_events_keys"),
                $"webso_events_keys has '{LogText.Of(name)}', which is no name of an HTTP header.",
                "The call fails, or is refused by the receiver.",
                "Use letters, digits and hyphens.");
        }

        foreach (var header in configuration.Headers.Where(header => header.Value.Any(c => c is < ' ' or > '~')))
        {
            yield return new WebSoLintFinding(
                "header-value-not-ascii",
                WebSoLintSeverity.Warning,
                LineOf("webso_events_values"),
                $"The value of the header {LogText.Of(header.Key)} holds a character that is not ASCII.",
                "How the server encodes it is not documented: the receiver may get another value, and refuse each call.",
                "Choose a value of ASCII characters; of Basic credentials the base64 is one.");
        }

        if (names.Length > 0 && IsClear())
            yield return CheckClearHeaders();
    }

    private WebSoLintFinding CheckClearHeaders() =>
        configuration.Headers.Any(header => header.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase) && header.Value.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            ? new WebSoLintFinding(
                "basic-over-http",
                WebSoLintSeverity.Error,
                LineOf("webso_events_values"),
                "Basic credentials are sent over http.",
                "Base64 hides nothing: anyone on the way reads user and password.",
                "Let webso_events_url begin with https.")
            : new WebSoLintFinding(
                "headers-over-http",
                WebSoLintSeverity.Warning,
                LineOf("webso_events_values"),
                "Headers are sent over http.",
                "If one of them is a secret, anyone on the way reads it.",
                "Let webso_events_url begin with https.");

    private bool IsClear() => configuration.Url is { } url && UrlLint.TryParse(url, out var uri) && uri!.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback;

    private ConfigurationLine? Last(string key) => lines.LastOrDefault(line => line.Key == key);

    private int? LineOf(string key) => Last(key)?.Number;

    private string[] Split(string key) => Last(key) is { Value.Length: > 0 } line ? [.. line.Value.Split(',').Select(part => part.Trim())] : [];
}
