namespace WebSo.Events;

// A line of config.ini that has to do with events; Number counts from 1.
internal sealed record ConfigurationLine(int Number, string Key, string Value);
