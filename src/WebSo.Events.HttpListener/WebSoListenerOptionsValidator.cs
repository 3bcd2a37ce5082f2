using Microsoft.Extensions.Options;

namespace WebSo.Events;

internal sealed class WebSoListenerOptionsValidator : IValidateOptions<WebSoListenerOptions>
{
    public ValidateOptionsResult Validate(string? name, WebSoListenerOptions options)
    {
        var problems = new List<string>();
        if (options.Prefixes.Count == 0)
            problems.Add("Prefixes is empty: give at least one, as http://localhost:8085/webso/events/.");
        foreach (var prefix in options.Prefixes)
        {
            if (!IsPrefix(prefix))
                problems.Add($"The prefix '{prefix}' is none that HttpListener takes: give one as http://localhost:8085/webso/events/, with a slash at its end and without a query.");
        }

        if (options.MaxConcurrentRequests is < 1 or > 100_000)
            problems.Add($"MaxConcurrentRequests is {options.MaxConcurrentRequests}: give a number from 1 to 100000.");
        if (options.StopTimeout < TimeSpan.Zero || options.StopTimeout > TimeSpan.FromHours(1))
            problems.Add($"StopTimeout is {options.StopTimeout}: give a time from zero to 1 hour.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static bool IsPrefix(string? prefix) =>
        prefix is not null
        && (prefix.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || prefix.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        && prefix[prefix.Length - 1] == '/'
        && !prefix.Contains('?')
        && !prefix.Contains('#');
}
