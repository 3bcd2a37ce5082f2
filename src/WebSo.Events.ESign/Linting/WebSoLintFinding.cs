namespace WebSo.Events;

/// <summary>A mistake that <see cref="WebSoLinter"/> found. It contains no value of a header and no query of a URL.</summary>
/// <param name="Code">The kind of mistake, such as <c>url-stray-bracket</c>. Codes do not change between versions.</param>
/// <param name="Severity">How serious it is.</param>
/// <param name="Line">The line, starting at 1. Null if it concerns the whole file, or something that is missing.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Consequence">What happens because of it.</param>
/// <param name="Fix">How to fix it.</param>
public sealed record WebSoLintFinding(string Code, WebSoLintSeverity Severity, int? Line, string Problem, string Consequence, string Fix)
{
    /// <summary>Returns the line, severity, code and problem as one line of text.</summary>
    public override string ToString() => $"{(Line is { } line ? $"line {line}: " : "")}{Severity} {Code}: {Problem}";
}
