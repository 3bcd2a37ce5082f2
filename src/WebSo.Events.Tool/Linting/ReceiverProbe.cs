namespace WebSo.Events;

// Calls the receiver with a harmless event of an unknown name, and judges its answer.
internal static class ReceiverProbe
{
    private const string ForEver = "Only 200 is success to the server: it repeats the call, without end where its settings say so, or the event is lost.";

    public static async Task<WebSoLintFinding?> RunAsync(WebSoServerConfiguration configuration, string url, CancellationToken cancellationToken)
    {
        var probe = new UnknownWebSoEvent("WEBSO_EVENTS_LINT") { DocumentId = "lint" };
        using var sender = new WebSoEventSender(
            WithHeadersOnly(configuration),
            new() { Url = url, UnsetRetry = WebSoUnsetRetry.NeverRepeat, AttemptTimeout = TimeSpan.FromSeconds(15), FollowRedirects = false });
        var attempt = (await sender.SendAsync(probe, url, cancellationToken)).Attempts[0];
        if (attempt.IsSuccess)
            return null;

        return attempt.StatusCode is { } status
            ? Judge(status)
            : Error("receiver-no-answer", $"The receiver gave no answer: {ToolOutput.Clean(attempt.Error ?? "")}", "Check host, port, firewall and certificate.");
    }

    // The sender gets no repeats and no filter: one call, whatever the config.ini says.
    private static WebSoServerConfiguration WithHeadersOnly(WebSoServerConfiguration configuration)
    {
        var headers = configuration.Headers;
        return WebSoServerConfiguration.Parse(
            $"webso_events_keys={string.Join(',', headers.Select(header => header.Key))}\nwebso_events_values={string.Join(',', headers.Select(header => header.Value))}");
    }

    private static WebSoLintFinding Judge(int status) => status switch
    {
        >= 300 and < 400 => Answer("receiver-redirect", status, "Let the server call the address that it is redirected to, or redirect no POST: app.UseHttpsRedirection and a login page do."),
        > 200 and < 300 => Answer("receiver-not-200", status, "Let the receiver answer exactly 200."),
        401 or 403 => Answer("receiver-unauthorized", status, "Give the credentials in webso_events_keys and webso_events_values, or allow the address of the server."),
        404 or 405 => Answer("receiver-wrong-address", status, "Check the path of the URL: the receiver takes no POST there."),
        411 or 413 or 415 => Answer("receiver-refuses-body", status, "Let the receiver take any Content-Type, and bodies of 64 KiB: what the server sends is not documented."),
        >= 500 => Answer("receiver-fails", status, "See the log of the receiver."),
        _ => Answer("receiver-refuses", status, "Let the receiver answer 200 to events that it does not know: a future server will send some."),
    };

    private static WebSoLintFinding Answer(string code, int status, string mend) => Error(code, $"The receiver answered {status} to an event of an unknown name.", mend);

    private static WebSoLintFinding Error(string code, string what, string mend) => new(code, WebSoLintSeverity.Error, null, what, ForEver, mend);
}
