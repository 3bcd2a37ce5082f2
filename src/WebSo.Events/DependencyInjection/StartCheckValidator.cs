using Microsoft.Extensions.Options;

namespace WebSo.Events.DependencyInjection;

internal sealed class StartCheckValidator(EntryPoints entryPoints) : IValidateOptions<StartCheck>
{
    public ValidateOptionsResult Validate(string? name, StartCheck options) =>
        entryPoints.FindProblems() is { Count: > 0 } problems ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
}
