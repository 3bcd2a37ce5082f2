using WebSo.Events.ESign.Xml;

namespace WebSo.Events.ESign.Linting;

// Checks the callback URLs of an upload.
internal static class UploadLint
{
    public static async Task CheckAsync(Stream input, LintFindings findings, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var document in await ESignDocument.ReadAllAsync(input, cancellationToken).ConfigureAwait(false))
                CheckUrl(document, findings);
        }
        catch (ESignFormatException e)
        {
            findings.Error(
                "esign-unreadable",
                e.Line,
                e.Problem,
                "The server can't read the upload, or reads it in a way that is not documented. Its events might go to another URL.",
                "Change the upload as described.");
        }
    }

    private static void CheckUrl(ESignDocument document, LintFindings findings)
    {
        var url = document.CallbackUrl?.Trim();
        if (url?.Length > 0)
        {
            UrlLint.Check("CallbackUrl", url, document.Line, findings);
        }
        else if (url is not null)
        {
            findings.Warning(
                "callback-url-empty",
                document.Line,
                "CallbackUrl is empty.",
                "The documentation does not say whether the server then calls webso_events_url or nothing.",
                "Add a URL, or delete the element.");
        }
    }
}
