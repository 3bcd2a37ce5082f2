namespace WebSo.Events.Tool.Linting;

// Calls the receiver with a harmless event of an unknown name, and evaluates its response.
internal static class ReceiverProbe
{
    private const string OnlyOk = "Only 200 is success for the server. After any other response it retries, without limit if configured, or the event is lost.";

    public static async Task<WebSoLintFinding?> RunAsync(WebSoServerConfiguration configuration, string url, CancellationToken cancellationToken)
    {
        var probe = new UnknownWebSoEvent("WEBSO_EVENTS_LINT") { DocumentId = "lint" };
        using var sender = new WebSoEventSender(
            configuration.WithHeadersOnly(),
            new() { Url = url, AttemptTimeout = TimeSpan.FromSeconds(15), FollowRedirects = false });
        var attempt = (await sender.SendAsync(probe, url, cancellationToken)).Attempts[0];
        if (attempt.IsSuccess)
            return null;

        return attempt.StatusCode is { } status
            ? Evaluate(status)
            : Error("receiver-no-answer", $"The receiver sent no response: {ToolOutput.Clean(attempt.Error ?? "")}", "Check the host, the port, the firewall and the certificate.");
    }

    private static WebSoLintFinding Evaluate(int status) => status switch
    {
        >= 300 and < 400 => Answer("receiver-redirect", status, "Use the URL that it redirects to, or do not redirect POST. app.UseHttpsRedirection and login pages redirect."),
        > 200 and < 300 => Answer("receiver-not-200", status, "Make the receiver answer exactly 200."),
        401 or 403 => Answer("receiver-unauthorized", status, "Set the credentials in webso_events_keys and webso_events_values, or allow the server's address at the receiver."),
        404 or 405 => Answer("receiver-wrong-address", status, "Check the path of the URL: the receiver does not accept POST requests there."),
        411 or 413 or 415 => Answer("receiver-refuses-body", status, "Make the receiver accept any Content-Type, and bodies up to 64 KiB: the documentation does not say what the server sends."),
        >= 500 => Answer("receiver-fails", status, "Find the error in the receiver's log."),
        _ => Answer("receiver-refuses", status, "Make the receiver answer 200 to unknown events: a later version of the server might send some."),
    };

    private static WebSoLintFinding Answer(string code, int status, string fix) => Error(code, $"The receiver answered {status} to an event of an unknown name.", fix);

    private static WebSoLintFinding Error(string code, string problem, string fix) => new(code, WebSoLintSeverity.Error, null, problem, OnlyOk, fix);
}
