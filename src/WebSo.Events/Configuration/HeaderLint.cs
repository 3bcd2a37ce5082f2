using System.Text;

namespace WebSo.Events;

// What can be wrong with the headers that the server adds to its calls. Names are given by their place, not by what they are: a value may
// be in the place of a name.
internal sealed class HeaderLint(WebSoServerConfiguration configuration, ConfigurationLines lines)
{
    private const string Names = "webso_events_keys";
    private const string Values = "webso_events_values";

    private readonly string[] _names = lines.ListOf(Names);
    private readonly string[] _values = lines.ListOf(Values);

    // What leaves open which headers the server sends; null where nothing does.
    public WebSoLintFinding? FindUncertain() => CheckCount().Concat(CheckTwice()).FirstOrDefault();

    public IEnumerable<WebSoLintFinding> Run() =>
        CheckCount()
            .Concat(_names.SelectMany((name, i) => CheckName(name, i + 1)))
            .Concat(CheckTwice())
            .Concat(configuration.Headers.SelectMany((header, i) => CheckValue(header, i + 1)))
            .Concat(_names.Length > 0 && IsClear() ? [ClearText()] : []);

    private IEnumerable<WebSoLintFinding> CheckCount()
    {
        if (_values.Length > _names.Length && _names.Length > 0)
        {
            yield return Error(
                "header-value-comma",
                Values,
                $"{Names} has {Count(_names.Length, "name")}, but {Values} has {Count(_values.Length, "value")}. A value probably contains a comma.",
                "Commas separate the values and can't be escaped. The receiver gets a part of the value, or that of another header.",
                "Choose a value without a comma. The base64 of Basic credentials has none.");
        }
        else if (_values.Length != _names.Length)
        {
            yield return Error(
                "headers-unequal",
                lines.NumberOf(Names) is null ? Values : Names,
                $"{Names} has {Count(_names.Length, "name")}, but {Values} has {Count(_values.Length, "value")}.",
                "They belong together by their order. What the server does with the rest is not documented.",
                $"Give one value for each name, in {Names} and {Values}.");
        }
    }

    private IEnumerable<WebSoLintFinding> CheckName(string name, int number)
    {
        if (!HeaderName.IsValid(name))
        {
            yield return Error(
                "header-name",
                Names,
                $"Name {number} in {Names} is not valid for an HTTP header.",
                "The server can't send the call, or the receiver refuses it.",
                $"Use letters, digits and hyphens. The value belongs in {Values}.");
        }
        else if (JavaHeaders.AreDropped(name) || JavaHeaders.AreUnreliable(name))
        {
            yield return new WebSoLintFinding(
                "header-dropped",
                JavaHeaders.AreDropped(name) ? WebSoLintSeverity.Error : WebSoLintSeverity.Warning,
                lines.NumberOf(Names),
                $"Name {number} in {Names} is a header that {(JavaHeaders.AreDropped(name) ? "Java's HTTP clients do not let a program set" : "some of Java's HTTP clients, or proxies, use themselves")}.",
                "The value does not arrive, so a receiver that requires it refuses every call.",
                "Use another name, such as Authorization or X-Api-Key.");
        }
        else if (name.Contains('_'))
        {
            yield return new WebSoLintFinding(
                "header-underscore",
                WebSoLintSeverity.Warning,
                lines.NumberOf(Names),
                $"Name {number} in {Names} has an underscore.",
                "Some proxies, such as nginx by default, silently remove such headers. A receiver that requires it then refuses every call.",
                "Write a hyphen instead, at the server and at the receiver.");
        }
    }

    private IEnumerable<WebSoLintFinding> CheckTwice() =>
        from name in _names.Select((text, i) => (Text: text, Number: i + 1)).GroupBy(name => name.Text, name => name.Number, StringComparer.OrdinalIgnoreCase)
        where name.Key.Length > 0 && name.Count() > 1
        select Error(
            "header-twice",
            Names,
            $"Names {string.Join(" and ", name)} in {Names} are the same header.",
            "The server sends the last value only, or all of them. The receiver then refuses the call, or accepts a value that you no longer use.",
            "Delete all but one of them, and their values.");

    private IEnumerable<WebSoLintFinding> CheckValue(KeyValuePair<string, string> header, int number)
    {
        if (header.Value.Length == 0 && header.Key.Length > 0)
        {
            yield return Error(
                "header-value-empty",
                Values,
                $"Value {number} in {Values} is empty.",
                "A receiver can't require it, so it protects nothing.",
                $"Give a value in {Values}, or delete the name.");
        }

        if (header.Value.Any(c => c is < ' ' or > '~'))
        {
            yield return new WebSoLintFinding(
                "header-value-not-ascii",
                WebSoLintSeverity.Warning,
                lines.NumberOf(Values),
                $"Value {number} in {Values} has a character that is not ASCII.",
                "How the server encodes it is not documented. The receiver may get another value, and refuse every call.",
                "Choose a value of ASCII characters. The base64 of Basic credentials is one.");
        }

        if (IsBasic(header) && !IsUserAndPassword(header.Value.Substring("Basic ".Length).Trim()))
        {
            yield return Error(
                "basic-unreadable",
                Values,
                "The Basic credentials are not the base64 of user:password.",
                "A receiver can't read them, and refuses every call.",
                "Write Basic and the output of: printf '%s' 'user:password' | base64");
        }
    }

    private WebSoLintFinding ClearText() => configuration.Headers.Any(IsBasic)
        ? Error(
            "basic-over-http",
            Values,
            "The server sends Basic credentials over http.",
            "Base64 is not encryption: anyone on the network path can read user and password.",
            "Use https in webso_events_url.")
        : new WebSoLintFinding(
            "headers-over-http",
            WebSoLintSeverity.Warning,
            lines.NumberOf(Values),
            "The server sends its headers over http.",
            "Anyone on the network path can read a secret in them.",
            "Use https in webso_events_url.");

    private WebSoLintFinding Error(string code, string key, string problem, string consequence, string fix) =>
        new(code, WebSoLintSeverity.Error, lines.NumberOf(key), problem, consequence, fix);

    private bool IsClear() => configuration.Url is { } url && UrlLint.TryParse(url, out var uri) && uri!.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback;

    private static bool IsBasic(KeyValuePair<string, string> header) =>
        header.Key.Equals(HeaderName.Authorization, StringComparison.OrdinalIgnoreCase) && header.Value.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase);

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

    private static string Count(int count, string thing) => $"{count} {thing}{(count == 1 ? "" : "s")}";
}
