using Microsoft.Extensions.Options;

namespace WebSo.Events.Configuration;

// Each message names the option, its value unless it is a secret, and the fix. What is no valid name may be a secret in the wrong place.
internal sealed class WebSoEventsOptionsValidator : IValidateOptions<WebSoEventsOptions>
{
    private static readonly TimeSpan s_ms = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, WebSoEventsOptions options)
    {
        var problems = FindProblems(name, options);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems.Select(problem => problem.Message).Distinct());
    }

    // All that can be told from the options alone, what the binder could not read included.
    public static IReadOnlyList<OptionsProblem> FindProblems(string? name, WebSoEventsOptions options)
    {
        var where = options.SectionPath ?? nameof(WebSoEventsOptions);
        return
        [
            .. options.Problems,
            .. CheckBounds(options).Select(problem => new OptionsProblem(false, $"{where}: {problem}")),
            .. CheckGuards(options).Select(problem => new OptionsProblem(true, $"{where}: {problem}")),
        ];
    }

    private static List<string> CheckBounds(WebSoEventsOptions options)
    {
        var bounds = new BoundsCheck();
        bounds.Number(nameof(options.MaxBodySize), options.MaxBodySize, 256, 16 * 1024 * 1024);
        bounds.Number(nameof(options.MaxQueryLength), options.MaxQueryLength, 512, 64 * 1024);
        bounds.Time(nameof(options.BodyTimeout), options.BodyTimeout, s_ms, TimeSpan.FromHours(1));
        bounds.Time(nameof(options.HandlerTimeout), options.HandlerTimeout, s_ms, s_day, allowInfinite: true);
        if (options.ServerRetryDelay is { } delay)
            bounds.Time(nameof(options.ServerRetryDelay), delay, TimeSpan.Zero, s_day);
        return bounds.Problems;
    }

    private static List<string> CheckGuards(WebSoEventsOptions options)
    {
        var problems = new List<string>();
        foreach (var header in options.RequiredHeaders)
        {
            var isName = HeaderName.IsValid(header.Key);
            var name = isName ? LogText.Of(header.Key) : "...";
            if (!isName)
                problems.Add("RequiredHeaders has a name that is not valid for an HTTP header. It is not shown, since it may be a secret in the wrong place. Use letters, digits and hyphens; the value has a place of its own.");
            if (header.Value is null or { Count: 0 } || header.Value.Any(string.IsNullOrWhiteSpace))
                problems.Add($"RequiredHeaders['{name}'] has no value, or an empty one. Is the secret that it comes from set?");
            else if (!header.Value.All(Guards.IsHeaderValue))
                problems.Add($"RequiredHeaders['{name}'] has a value with a line break or another control character, which no header can contain, so every call would be refused. Write the value on one line.");
        }

        foreach (var credential in options.BasicCredentials)
        {
            var user = LogText.Of(credential.Key.Split(':')[0]);
            if (!Guards.IsUser(credential.Key))
                problems.Add($"BasicCredentials has the user '{user}', followed by {(credential.Key.Length == 0 ? "nothing" : "a colon")}. A user is not empty and does not contain a colon; the password has a place of its own.");
            if (credential.Value is null or { Count: 0 } || credential.Value.Any(string.IsNullOrEmpty))
                problems.Add($"BasicCredentials['{user}'] has no password, or an empty one. Is the secret that it comes from set?");
        }

        // Values and users must be there to be compared.
        if (problems.Count == 0 && !CredentialCheck.CanBeSatisfied(options.RequiredHeaders, options.BasicCredentials))
        {
            problems.Add(
                "RequiredHeaders['Authorization'] and BasicCredentials contradict each other, so every call would be refused: a call has one Authorization header, and none of the "
                + "required values is that of one of the users. Remove one of the two. The Authorization header of a config.ini counts as required; several values of a required "
                + "header are allowed, as while a secret is replaced.");
        }

        foreach (var text in options.AllowedNetworks)
        {
            if (!IpNetwork.TryParse(text, out _, out var problem))
                problems.Add($"AllowedNetworks has '{LogText.Of(text ?? "")}': {problem}.");
        }

        CheckCallbacks(options, problems);
        return problems;
    }

    private static void CheckCallbacks(WebSoEventsOptions options, List<string> problems)
    {
        foreach (var key in options.CallbackKeys)
        {
            if (!CallbackKey.TryCreate(key.Key, key.Value, out _, out var problem))
                problems.Add($"CallbackKeys: {problem}.");
        }

        if (options.CallbackSigningKey is { } id)
        {
            if (!options.CallbackKeys.ContainsKey(id))
                problems.Add($"CallbackSigningKey is {(CallbackKey.IsId(id) ? $"'{id}', which is not" : "no ID")} in CallbackKeys ({string.Join(", ", options.CallbackKeys.Keys.Where(CallbackKey.IsId))}). Set it to one of them.");
        }
        else if (options.CallbackKeys.Count > 1)
        {
            problems.Add("CallbackSigningKey is not set, but CallbackKeys has several keys. Set it to the ID of the one that signs.");
        }

        if (!CallbackPath.IsPrefix(options.CallbackPathPrefix) && CallbackPath.ProblemOfPrefix(options.CallbackPathPrefix ?? "") is { } problemOfPrefix)
            problems.Add($"CallbackPathPrefix is '{LogText.Of((options.CallbackPathPrefix ?? "").Split('?')[0])}', but {problemOfPrefix}: give what the proxy removes from the beginning of the path, not escaped, such as /hooks.");
        if (options.RequireSignedCallbackUrl && options.CallbackKeys.Count == 0)
            problems.Add("RequireSignedCallbackUrl is true, but CallbackKeys is empty, so every call would be refused. Add a key.");
    }
}
