namespace WebSo.Events;

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
            $"{where}: {severity} {finding.Code}: {finding.What}\n  why:  {finding.Why}\n  mend: {finding.Mend}",
            json =>
            {
                json.WriteString("type", "finding");
                json.WriteString("file", file);
                if (finding.Line is { } number)
                    json.WriteNumber("line", number);
                json.WriteString("severity", severity);
                json.WriteString("code", finding.Code);
                json.WriteString("what", finding.What);
                json.WriteString("why", finding.Why);
                json.WriteString("mend", finding.Mend);
            });
    }
}
