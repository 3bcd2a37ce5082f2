namespace WebSo.Events.Configuration;

// The key is the one of the section that was read; the message has its full path.
internal readonly record struct SectionProblem(string Key, string Message);
