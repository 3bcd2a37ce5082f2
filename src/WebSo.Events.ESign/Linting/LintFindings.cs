namespace WebSo.Events.ESign.Linting;

// Collects findings. Those of a line come first, in the order of the lines.
internal sealed class LintFindings
{
    private readonly List<WebSoLintFinding> _findings = [];

    public IReadOnlyList<WebSoLintFinding> ToSortedList() => [.. _findings.OrderBy(finding => finding.Line ?? int.MaxValue)];

    public void Error(string code, int? line, string problem, string consequence, string fix) =>
        Add(WebSoLintSeverity.Error, code, line, problem, consequence, fix);

    public void Warning(string code, int? line, string problem, string consequence, string fix) =>
        Add(WebSoLintSeverity.Warning, code, line, problem, consequence, fix);

    public void Information(string code, int? line, string problem, string consequence, string fix) =>
        Add(WebSoLintSeverity.Information, code, line, problem, consequence, fix);

    public void Add(WebSoLintSeverity severity, string code, int? line, string problem, string consequence, string fix) =>
        _findings.Add(new WebSoLintFinding(code, severity, line, problem, consequence, fix));
}
