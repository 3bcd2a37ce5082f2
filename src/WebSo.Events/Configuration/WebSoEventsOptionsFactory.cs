using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebSo.Events.Configuration;

// Creates the options of an endpoint. The first options must be valid. A later change never throws, because the options monitor creates
// options in the change token's callback, where an exception would reach the code that reloads the configuration, such as a file watcher thread.
internal sealed class WebSoEventsOptionsFactory(
    IEnumerable<IConfigureOptions<WebSoEventsOptions>> setups,
    IEnumerable<IPostConfigureOptions<WebSoEventsOptions>> postConfigures,
    IEnumerable<IValidateOptions<WebSoEventsOptions>> validations,
    ILogger logger) : IOptionsFactory<WebSoEventsOptions>
{
    private readonly OptionsFactory<WebSoEventsOptions> _validating = new(setups, postConfigures, validations);
    private readonly OptionsFactory<WebSoEventsOptions> _plain = new(setups, postConfigures);
    private readonly IValidateOptions<WebSoEventsOptions>[] _others = [.. validations.Where(validation => validation is not WebSoEventsOptionsValidator)];
    private readonly Dictionary<string, WebSoEventsOptions> _last = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _reported = new(StringComparer.Ordinal);
    private readonly object _gate = new();

    public WebSoEventsOptions Create(string name)
    {
        lock (_gate)
            return _last[name] = _last.TryGetValue(name, out var last) ? Change(name, last) : _validating.Create(name);
    }

    private WebSoEventsOptions Change(string name, WebSoEventsOptions last)
    {
        var problems = new List<OptionsProblem>();
        var failure = default(Exception);
        try
        {
            var changed = Configure(name, last, problems, out failure);
            var others = problems.Exists(problem => !problem.IsGuard) ? last : changed;
            var guards = Guard(changed, last, problems);
            Report(name, problems, failure);
            ReportRemoved(name, last, guards);
            return ReferenceEquals(others, guards) ? others : others.WithGuardsOf(guards);
        }
        catch (Exception e)
        {
            // The application can supply its own lists, which can throw on every read.
            AddToBoth(problems, "Reading the options of this endpoint threw an exception. Correct the code that sets them, then reload the configuration.");
            Report(name, problems, failure ?? e);
            var kept = last.WithGuardsOf(last);
            kept.HasKeptGuards = true;
            return kept;
        }
    }

    // The options of the current configuration, and all their problems.
    private WebSoEventsOptions Configure(string name, WebSoEventsOptions last, List<OptionsProblem> problems, out Exception? failure)
    {
        failure = null;
        WebSoEventsOptions changed;
        try
        {
            changed = _plain.Create(name);
        }
        catch (Exception e)
        {
            // A delegate of the application threw, so the intended guards are unknown.
            failure = e;
            AddToBoth(problems, "A delegate that sets the options of this endpoint threw an exception. Correct it, then reload the configuration.");
            return last;
        }

        problems.AddRange(WebSoEventsOptionsValidator.FindProblems(name, changed));
        foreach (var validation in _others)
            Validate(validation, name, changed, problems, ref failure);
        return changed;
    }

    private static void Validate(
        IValidateOptions<WebSoEventsOptions> validation, string name, WebSoEventsOptions changed, List<OptionsProblem> problems, ref Exception? failure)
    {
        try
        {
            foreach (var message in validation.Validate(name, changed) is { Failed: true } result ? result.Failures ?? [] : [])
            {
                // A validation of the application may concern guards.
                if (validation is FilterValidator)
                    problems.Add(new OptionsProblem(false, message));
                else
                    AddToBoth(problems, message);
            }
        }
        catch (Exception e)
        {
            failure = e;
            AddToBoth(problems, "A validation of the options of this endpoint threw an exception. Correct it, then reload the configuration.");
        }
    }

    private static void AddToBoth(List<OptionsProblem> problems, string message) =>
        problems.AddRange([new OptionsProblem(IsGuard: false, message), new OptionsProblem(IsGuard: true, message)]);

    private static WebSoEventsOptions Guard(WebSoEventsOptions changed, WebSoEventsOptions last, List<OptionsProblem> problems)
    {
        var guards = problems.Exists(problem => problem.IsGuard) ? Guards.Narrow(changed, last) : changed;
        if (!guards.AllowAnonymousCalls && !Guards.Exist(guards) && (last.AllowAnonymousCalls || Guards.Exist(last)))
        {
            problems.Add(new OptionsProblem(true, "No guard is left in the options."));
            guards = new WebSoEventsOptions().WithGuardsOf(last);
        }

        guards.HasKeptGuards = problems.Exists(problem => problem.IsGuard);
        return guards;
    }

    // Log each state once: several readers create the options, and a file watcher can report one change twice.
    private void Report(string name, List<OptionsProblem> problems, Exception? failure)
    {
        var guards = TextOf(problems.Where(problem => problem.IsGuard));
        var others = TextOf(problems.Where(problem => !problem.IsGuard));
        var all = $"{guards}\n{others}\n{failure}";
        if (_reported.TryGetValue(name, out var before) && before == all)
            return;

        _reported[name] = all;
        if (guards.Length > 0)
            ReceiverLog.GuardsKept(logger, name, guards);
        if (others.Length > 0)
            ReceiverLog.OptionsRefused(logger, failure, name, others);
    }

    // Removing a guard can be intended if another guard remains, so the change applies with a warning.
    private void ReportRemoved(string name, WebSoEventsOptions last, WebSoEventsOptions guards)
    {
        var remaining = Guards.NamesOf(guards).ToList();
        if (Guards.NamesOf(last).Except(remaining, StringComparer.OrdinalIgnoreCase).ToList() is { Count: > 0 } removed)
            ReceiverLog.GuardRemoved(logger, name, string.Join(", ", removed), remaining.Count == 0 ? "none" : string.Join(", ", remaining));
    }

    private static string TextOf(IEnumerable<OptionsProblem> problems) => string.Join(" ", problems.Select(problem => problem.Message));
}
