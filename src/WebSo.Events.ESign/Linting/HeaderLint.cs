using System.Text;

namespace WebSo.Events.ESign.Linting;

// Checks the headers that the server adds to its calls. Findings give the position of a name, not the name: a value could be in its place.
internal sealed class HeaderLint(WebSoServerConfiguration configuration, LintFindings findings)
{
    private const string Names = ServerKeys.HeaderNames;
    private const string Values = ServerKeys.HeaderValues;

    private readonly string[] _names = configuration.Lines.ListOf(Names);
    private readonly int? _namesLine = configuration.Lines.NumberOf(Names);
    private readonly int? _valuesLine = configuration.Lines.NumberOf(Values);

    public void Check()
    {
        CheckCounts();
        for (var i = 0; i < _names.Length; i++)
            CheckName(_names[i], i + 1);
        CheckDuplicates();
        for (var i = 0; i < configuration.Headers.Count; i++)
            CheckValue(configuration.Headers[i], i + 1);
        CheckEncryption();
    }

    private void CheckCounts()
    {
        if (HeaderProblems.UnequalCounts(configuration.Lines) is not { } problem)
            return;

        var line = HeaderProblems.CountsLine(configuration.Lines);
        if (HeaderProblems.HasExtraValues(configuration.Lines))
        {
            findings.Error(
                "header-value-comma",
                line,
                problem,
                "Commas separate the values and can't be escaped. The receiver gets part of the value, or the value of another header.",
                "Choose a value without a comma. The base64 of Basic credentials has none.");
        }
        else
        {
            findings.Error(
                "headers-unequal",
                line,
                problem,
                "The server pairs names and values by position. The documentation does not say what it does with the rest.",
                $"Write one value for each name, in {Names} and {Values}.");
        }
    }

    private void CheckName(string name, int position)
    {
        if (!HeaderName.IsValid(name))
        {
            findings.Error(
                "header-name",
                _namesLine,
                $"Name {position} in {Names} is not a valid name of an HTTP header.",
                "The server can't send the call, or the receiver refuses it.",
                $"Use letters, digits and hyphens. The value belongs in {Values}.");
        }
        else if (JavaHeaders.IsDropped(name))
        {
            ReportDropped(WebSoLintSeverity.Error, $"Name {position} in {Names} is a header that Java's HTTP clients do not let a program set.");
        }
        else if (JavaHeaders.IsUnreliable(name))
        {
            ReportDropped(WebSoLintSeverity.Warning, $"Name {position} in {Names} is a header that some HTTP clients of Java, or proxies, set themselves.");
        }
        else if (name.Contains('_'))
        {
            findings.Warning(
                "header-underscore",
                _namesLine,
                $"Name {position} in {Names} contains an underscore.",
                "Some proxies, such as nginx by default, silently remove such headers. A receiver that requires the header then refuses every call.",
                "Use a hyphen instead, at the server and at the receiver.");
        }
    }

    private void ReportDropped(WebSoLintSeverity severity, string problem) => findings.Add(
        severity,
        "header-dropped",
        _namesLine,
        problem,
        "The value does not arrive, so a receiver that requires it refuses every call.",
        "Use another name, such as Authorization or X-Api-Key.");

    private void CheckDuplicates()
    {
        foreach (var problem in HeaderProblems.DuplicateNames(configuration.Lines))
        {
            findings.Error(
                "header-twice",
                _namesLine,
                problem,
                "The server sends only the last value, or all of them. The receiver then refuses the call, or accepts a value that you no longer use.",
                "Delete all but one of the names, and their values.");
        }
    }

    private void CheckValue(KeyValuePair<string, string> header, int position)
    {
        if (header.Value.Length == 0 && header.Key.Length > 0)
        {
            findings.Error(
                "header-value-empty",
                _valuesLine,
                $"Value {position} in {Values} is empty.",
                "A receiver can't require an empty value, so the header protects nothing.",
                $"Add a value in {Values}, or delete the name.");
        }

        if (header.Value.Any(c => c is < ' ' or > '~'))
        {
            findings.Warning(
                "header-value-not-ascii",
                _valuesLine,
                $"Value {position} in {Values} contains a character that is not ASCII.",
                "The documentation does not say how the server encodes it. The receiver might get another value, and refuse every call.",
                "Choose a value of ASCII characters, such as the base64 of Basic credentials.");
        }

        if (IsBasic(header) && !IsUserAndPassword(header.Value.Substring("Basic ".Length).Trim()))
        {
            findings.Error(
                "basic-unreadable",
                _valuesLine,
                "The Basic credentials are not the base64 of user:password.",
                "A receiver can't read them, and refuses every call.",
                "Write Basic and the output of: printf '%s' 'user:password' | base64");
        }
    }

    private void CheckEncryption()
    {
        if (_names.Length == 0 || !IsCleartext())
            return;

        if (configuration.Headers.Any(IsBasic))
        {
            findings.Error(
                "basic-over-http",
                _valuesLine,
                "The server sends Basic credentials over http.",
                "Base64 is not encryption: anyone on the network path can read user and password.",
                "Use https in webso_events_url.");
        }
        else
        {
            findings.Warning(
                "headers-over-http",
                _valuesLine,
                "The server sends its headers over http.",
                "Anyone on the network path can read a secret in them.",
                "Use https in webso_events_url.");
        }
    }

    private bool IsCleartext() =>
        configuration.Url is { } url && UrlLint.TryParse(url, out var uri) && uri!.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback;

    private static bool IsBasic(KeyValuePair<string, string> header) =>
        header.Key.Equals(HeaderName.Authorization, StringComparison.OrdinalIgnoreCase)
        && header.Value.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase);

    private static bool IsUserAndPassword(string base64)
    {
        try
        {
            return Encoding.ASCII.GetString(Convert.FromBase64String(base64)).IndexOf(':') > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
