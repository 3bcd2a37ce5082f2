namespace WebSo.Events.Configuration;

// Something in the options that stops the start. A guard is an option that keeps calls out: after a reload, guards are judged on their own.
internal readonly record struct OptionsProblem(bool IsGuard, string Message);
