using Microsoft.Extensions.Options;

namespace WebSo.Events.DependencyInjection;

internal sealed class StartupCheckValidator(EntryPointRegistry entryPoints) : IValidateOptions<StartupCheck>
{
    public ValidateOptionsResult Validate(string? name, StartupCheck options) =>
        entryPoints.FindProblems() is { Count: > 0 } problems ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
}
