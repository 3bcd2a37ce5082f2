namespace WebSo.Events.Configuration;

// One key=value line of config.ini. Line numbers start at 1.
internal sealed record ConfigurationLine(int Number, string Key, string Value);
