namespace WebSo.Events;

/// <summary>What is wrong or dangerous in a server's configuration. It names no value of a header and no query of a URL.</summary>
/// <param name="Code">The kind of finding, as <c>url-stray-bracket</c>. Stable.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Line">The line, from 1; null where it is about the whole, or something absent.</param>
/// <param name="What">What was found.</param>
/// <param name="Why">Why it matters.</param>
/// <param name="Mend">What to do.</param>
public sealed record WebSoLintFinding(string Code, WebSoLintSeverity Severity, int? Line, string What, string Why, string Mend)
{
    /// <summary>The finding on one line: line, severity, code and what was found.</summary>
    public override string ToString() => $"{(Line is { } line ? $"line {line}: " : "")}{Severity} {Code}: {What}";
}
