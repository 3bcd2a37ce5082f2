namespace WebSo.Events;

// A line of config.ini that sets a key; Number counts from 1.
internal sealed record ConfigurationLine(int Number, string Key, string Value);
