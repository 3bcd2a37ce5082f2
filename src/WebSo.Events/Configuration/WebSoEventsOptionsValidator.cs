using Microsoft.Extensions.Options;

namespace WebSo.Events;

// Each message names the option, its value where that is no secret, and the mend.
internal sealed class WebSoEventsOptionsValidator : IValidateOptions<WebSoEventsOptions>
{
    private static readonly TimeSpan s_ms = TimeSpan.FromMilliseconds(1);

    public ValidateOptionsResult Validate(string? name, WebSoEventsOptions options)
    {
        var problems = new List<string>();
        if (options.MaxBodySize is < 256 or > 16 * 1024 * 1024)
            problems.Add($"MaxBodySize is {options.MaxBodySize}: give bytes from 256 to 16777216.");
        if (options.MaxQueryLength is < 512 or > 64 * 1024)
            problems.Add($"MaxQueryLength is {options.MaxQueryLength}: give characters from 512 to 65536.");
        if (options.BodyTimeout < s_ms || options.BodyTimeout > TimeSpan.FromHours(1))
            problems.Add($"BodyTimeout is {options.BodyTimeout}: give a time from 1 ms to 1 hour.");
        if (options.HandlerTimeout != Timeout.InfiniteTimeSpan && (options.HandlerTimeout < s_ms || options.HandlerTimeout > TimeSpan.FromHours(24)))
            problems.Add($"HandlerTimeout is {options.HandlerTimeout}: give a time from 1 ms to 24 hours, or Timeout.InfiniteTimeSpan for no limit.");
        if (options.ServerRetryDelay < TimeSpan.Zero)
            problems.Add($"ServerRetryDelay is {options.ServerRetryDelay}: give the server's webso_events_retry, or leave it unset.");

        foreach (var header in options.RequiredHeaders)
        {
            if (!HeaderName.IsValid(header.Key))
                problems.Add($"RequiredHeaders has the name '{header.Key}', which is no name of an HTTP header: give letters, digits and hyphens.");
            if (header.Value is null or { Count: 0 } || header.Value.Any(string.IsNullOrWhiteSpace))
                problems.Add($"RequiredHeaders['{header.Key}'] has no value, or an empty one: is the secret that it comes from set?");
        }

        foreach (var credential in options.BasicCredentials)
        {
            if (credential.Key.Length == 0 || credential.Key.Contains(':'))
                problems.Add($"BasicCredentials has the user '{credential.Key}': a user is not empty and holds no colon.");
            if (credential.Value is null or { Count: 0 } || credential.Value.Any(string.IsNullOrEmpty))
                problems.Add($"BasicCredentials['{credential.Key}'] has no password, or an empty one: is the secret that it comes from set?");
        }

        foreach (var text in options.AllowedNetworks)
        {
            if (!IpNetwork.TryParse(text, out _, out var problem))
                problems.Add($"AllowedNetworks has '{text}': {problem}.");
        }

        CheckCallbacks(options, problems);
        if (problems.Count == 0)
            return ValidateOptionsResult.Success;

        var where = string.IsNullOrEmpty(name) ? "WebSoEvents" : $"WebSoEvents:Endpoints:{name}";
        return ValidateOptionsResult.Fail(problems.Select(problem => $"{where}: {problem}"));
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
                problems.Add($"CallbackSigningKey is '{id}', which is none of CallbackKeys: {string.Join(", ", options.CallbackKeys.Keys)}.");
        }
        else if (options.CallbackKeys.Count > 1)
        {
            problems.Add("CallbackSigningKey is not set, but CallbackKeys has several: name the one that signs.");
        }

        if (options.CallbackPathPrefix != "" && CallbackPath.ProblemOfPrefix(options.CallbackPathPrefix ?? "") is { } problemOfPrefix)
            problems.Add($"CallbackPathPrefix is '{LogText.Of(options.CallbackPathPrefix ?? "")}', but {problemOfPrefix}: give what the proxy removes from the beginning of the path, not escaped, such as /hooks.");
        if (options.RequireSignedCallbackUrl && options.CallbackKeys.Count == 0)
            problems.Add("RequireSignedCallbackUrl is true, but CallbackKeys is empty, so no call could be accepted: add a key.");
    }
}
