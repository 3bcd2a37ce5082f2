using System.CommandLine;

namespace WebSo.Events;

internal static class LintCommand
{
    public static Command Create()
    {
        var config = new Argument<FileInfo>("CONFIG") { Description = "The server's config.ini." };
        var esign = new Option<FileInfo?>("--esign") { Description = "An ESign XML, whose CallbackUrls are checked too." };
        var url = SharedOptions.Url("A receiver that is called once, with a harmless event of an unknown name.");
        var json = SharedOptions.Json();
        var command = new Command("lint", "Says what is wrong or dangerous, why, and the mend. Ends with 1 where there is an error.") { config, esign, url, json };
        command.SetToolAction(async (parsed, cancellationToken) =>
        {
            var output = new ToolOutput(parsed.GetValue(json));
            var file = parsed.GetRequiredValue(config);
            var configuration = WebSoServerConfiguration.Read(file.FullName);
            var failed = false;
            void Report(string where, IEnumerable<WebSoLintFinding> findings)
            {
                foreach (var finding in findings)
                {
                    failed |= finding.Severity == WebSoLintSeverity.Error;
                    FindingPrinter.Print(output, where, finding);
                }
            }

            Report(file.Name, configuration.Lint());
            if (parsed.GetValue(esign) is { } upload)
                Report(upload.Name, await LintUploadAsync(upload, cancellationToken));
            if (parsed.GetValue(url) is { } receiver && await ReceiverProbe.RunAsync(configuration, receiver, cancellationToken) is { } answer)
                Report(ShownUrl.Of(new Uri(receiver)), [answer]);
            return failed ? ToolAction.Failed : 0;
        });
        return command;
    }

    private static async Task<IEnumerable<WebSoLintFinding>> LintUploadAsync(FileInfo upload, CancellationToken cancellationToken)
    {
        try
        {
            await using var xml = upload.OpenRead();
            var documents = await WebSoESignUpload.ReadAsync(xml, cancellationToken);
            return documents.Where(document => document.CallbackUrl is not null)
                .SelectMany(document => WebSoServerConfiguration.LintCallbackUrl(document.CallbackUrl!, document.Line));
        }
        catch (InvalidDataException e)
        {
            return
            [
                new WebSoLintFinding(
                    "esign-unreadable",
                    WebSoLintSeverity.Error,
                    null,
                    e.Message,
                    "The server can't take it, or takes it in a way that is not documented.",
                    "Mend the XML."),
            ];
        }
    }
}
