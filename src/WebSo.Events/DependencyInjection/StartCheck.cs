using Microsoft.Extensions.Options;

namespace WebSo.Events;

// Nothing but a reason to run its validator when the host starts: after routes are mapped, before a web server listens.
internal sealed class StartCheck
{
    internal sealed class Validator(WebSoEventReceivers receivers) : IValidateOptions<StartCheck>
    {
        public ValidateOptionsResult Validate(string? name, StartCheck options) =>
            receivers.EntryPoints.FindProblems() is { Count: > 0 } problems ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }
}
