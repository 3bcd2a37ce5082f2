namespace WebSo.Events.Configuration;

// Key is relative to the section that was read. The message contains the full path.
internal readonly record struct ConfigurationProblem(string Key, string Message);
