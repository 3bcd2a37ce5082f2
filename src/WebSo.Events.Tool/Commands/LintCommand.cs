using System.CommandLine;

namespace WebSo.Events.Tool.Commands;

internal static class LintCommand
{
    public static Command Create()
    {
        var config = new Argument<FileInfo>("CONFIG") { Description = "The server's config.ini." };
        var esign = new Option<FileInfo?>("--esign") { Description = "An ESign XML whose CallbackUrls are checked too." };
        var url = SharedOptions.Url("A receiver to call once, with a harmless event of an unknown name.");
        var json = SharedOptions.Json();
        var command = new Command("lint", "Finds mistakes in config.ini, and shows their consequences and fixes. The exit code is 1 if there is an error.") { config, esign, url, json };
        command.SetToolAction(async (parsed, cancellationToken) =>
        {
            var output = new ToolOutput(parsed.GetValue(json));
            var file = parsed.GetRequiredValue(config);
            var failed = false;
            void Report(string where, IEnumerable<WebSoLintFinding> findings)
            {
                foreach (var finding in findings)
                {
                    failed |= finding.Severity == WebSoLintSeverity.Error;
                    FindingPrinter.Print(output, where, finding);
                }
            }

            Report(file.Name, WebSoLinter.LintConfigurationFile(file.FullName));
            if (parsed.GetValue(esign) is { } upload)
                Report(upload.Name, await LintUploadAsync(upload, cancellationToken));
            if (parsed.GetValue(url) is { } receiver)
                Report(ShownUrl.Of(receiver), await ProbeAsync(file, receiver, cancellationToken));
            return failed ? ToolAction.Failed : 0;
        });
        return command;
    }

    // Reads the file again, strictly: without the headers that the server sends, the response of the receiver would prove nothing.
    private static async Task<IEnumerable<WebSoLintFinding>> ProbeAsync(FileInfo config, string receiver, CancellationToken cancellationToken) =>
        await ReceiverProbe.RunAsync(WebSoServerConfiguration.Read(config.FullName), receiver, cancellationToken) is { } finding ? [finding] : [];

    private static async Task<IEnumerable<WebSoLintFinding>> LintUploadAsync(FileInfo upload, CancellationToken cancellationToken)
    {
        await using var xml = upload.OpenRead();
        return await WebSoLinter.LintUploadAsync(xml, cancellationToken);
    }
}
