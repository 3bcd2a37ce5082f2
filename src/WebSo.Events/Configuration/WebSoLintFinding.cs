namespace WebSo.Events;

/// <summary>What is wrong or dangerous in a server's configuration. It contains no value of a header and no query of a URL.</summary>
/// <param name="Code">The kind of finding, such as <c>url-stray-bracket</c>. Stable.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Line">The line, from 1; null where it is about the whole file, or about something that is missing.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Consequence">What happens because of it.</param>
/// <param name="Fix">How to fix it.</param>
public sealed record WebSoLintFinding(string Code, WebSoLintSeverity Severity, int? Line, string Problem, string Consequence, string Fix)
{
    /// <summary>The finding on one line: line, severity, code and problem.</summary>
    public override string ToString() => $"{(Line is { } line ? $"line {line}: " : "")}{Severity} {Code}: {Problem}";
}
