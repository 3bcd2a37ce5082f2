using Microsoft.Extensions.Options;

namespace WebSo.Events.Configuration;

// Each message contains the option, its value unless it is a secret, and the fix. An invalid name is not shown, because it may be a
// misplaced secret.
internal sealed class WebSoEventsOptionsValidator : IValidateOptions<WebSoEventsOptions>
{
    private static readonly TimeSpan s_ms = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, WebSoEventsOptions options)
    {
        var problems = FindProblems(name, options);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems.Select(problem => problem.Message).Distinct());
    }

    // All problems of the options, including the binder's.
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
                problems.Add("RequiredHeaders has a name that is not a valid HTTP header name. The name is not shown, because it may be a misplaced secret. Use letters, digits and hyphens in the name, and set the secret as the value.");
            if (header.Value is null or { Count: 0 } || header.Value.Any(string.IsNullOrWhiteSpace))
                problems.Add($"RequiredHeaders['{name}'] has no value, or an empty one. Check that the secret it comes from is set.");
            else if (!header.Value.All(Guards.IsHeaderValue))
                problems.Add($"RequiredHeaders['{name}'] has a value with a line break or another control character. No header can contain it, so every call would be refused. Write the value on one line.");
        }

        foreach (var credential in options.BasicCredentials)
        {
            var user = LogText.Of(credential.Key.Split(':')[0]);
            if (!Guards.IsUser(credential.Key))
                problems.Add($"BasicCredentials has the user name '{user}', {(credential.Key.Length == 0 ? "which is empty" : "followed by a colon")}. A user name can't be empty or contain a colon. Set the password as the value.");
            if (credential.Value is null or { Count: 0 } || credential.Value.Any(string.IsNullOrEmpty))
                problems.Add($"BasicCredentials['{user}'] has no password, or an empty one. Check that the secret it comes from is set.");
        }

        // Only valid entries can be compared.
        if (problems.Count == 0 && !CredentialValidator.CanBeSatisfied(options.RequiredHeaders, options.BasicCredentials))
        {
            problems.Add(
                "RequiredHeaders['Authorization'] and BasicCredentials contradict each other, so every call would be refused. A call has only one Authorization header, and no "
                + "required value matches a user and password. Remove one of the two options. The Authorization header of a config.ini counts as a required header. To replace a secret, "
                + "add a second value to the required header.");
        }

        foreach (var text in options.AllowedNetworks)
        {
            if (!IpNetwork.TryParse(text, out _, out var problem))
                problems.Add($"AllowedNetworks has '{LogText.Of(text ?? "")}', which is not valid. {problem}.");
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
                problems.Add($"CallbackSigningKey {(CallbackKey.IsId(id) ? $"is '{id}', which is not an ID" : "is not an ID")} in CallbackKeys ({string.Join(", ", options.CallbackKeys.Keys.Where(CallbackKey.IsId))}). Set it to one of them.");
        }
        else if (options.CallbackKeys.Count > 1)
        {
            problems.Add("CallbackSigningKey is not set, but CallbackKeys has several keys. Set it to the ID of the key that signs new URLs.");
        }

        if (!CallbackPath.IsPrefix(options.CallbackPathPrefix) && CallbackPath.ProblemOfPrefix(options.CallbackPathPrefix ?? "") is { } problemOfPrefix)
            problems.Add($"CallbackPathPrefix is '{LogText.Of((options.CallbackPathPrefix ?? "").Split('?')[0])}', but {problemOfPrefix}. Set the prefix that the proxy removes from the path, unescaped, for example /hooks.");
        if (options.RequireSignedCallbackUrl && options.CallbackKeys.Count == 0)
            problems.Add("RequireSignedCallbackUrl is true, but CallbackKeys is empty, so every call would be refused. Add a key to CallbackKeys.");
    }
}
