namespace WebSo.Events.Configuration;

// A problem that stops the start. IsGuard: the problem concerns a guard, which a reload validates separately.
internal readonly record struct OptionsProblem(bool IsGuard, string Message);
