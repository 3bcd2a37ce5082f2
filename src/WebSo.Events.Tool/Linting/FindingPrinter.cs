namespace WebSo.Events.Tool.Linting;

internal static class FindingPrinter
{
    public static void Print(ToolOutput output, string file, WebSoLintFinding finding)
    {
        var severity = finding.Severity switch
        {
            WebSoLintSeverity.Error => "error",
            WebSoLintSeverity.Warning => "warning",
            _ => "information",
        };
        var where = finding.Line is { } line ? $"{file}({line})" : file;
        output.Write(
            $"{ToolOutput.Clean(where)}: {severity} {finding.Code}: {ToolOutput.Clean(finding.Problem)}\n  effect: {ToolOutput.Clean(finding.Consequence)}\n  fix:    {ToolOutput.Clean(finding.Fix)}",
            json =>
            {
                json.WriteString("type", "finding");
                json.WriteString("file", file);
                if (finding.Line is { } number)
                    json.WriteNumber("line", number);
                json.WriteString("severity", severity);
                json.WriteString("code", finding.Code);
                json.WriteString("problem", finding.Problem);
                json.WriteString("consequence", finding.Consequence);
                json.WriteString("fix", finding.Fix);
            });
    }
}
