namespace WebSo.Events.Emulator.Sending;

// Follows redirects like HttpURLConnection of Java 17: only within the scheme, at most 20 calls. A POST becomes a GET without the configured
// headers, except for 307. 304, 305, 306 and 308 are not followed.
internal sealed class RedirectFollower(ITransport transport, bool follows)
{
    private const int MaxCalls = 20;

    public async Task<AttemptAnswer> SendAsync(OutgoingCall call, WebSoFaults faults, CancellationToken cancellationToken)
    {
        var (url, body) = (call.Url, (byte[]?)call.Body);
        for (var calls = 1; ; calls++)
        {
            var answer = await transport.SendAsync(url, body, calls == 1 ? faults : WebSoFaults.None, cancellationToken).ConfigureAwait(false);
            var end = new AttemptAnswer(answer.Status, null) { RedirectedTo = calls == 1 ? null : url, IsOfGet = body is null };
            if (!follows || FindTarget(answer, url) is not { } target)
                return end;
            if (calls == MaxCalls)
                return end with { Status = null, Error = $"The receiver redirected {MaxCalls} times." };

            (url, body) = (target, answer.Status == 307 ? body : null);
        }
    }

    private static Uri? FindTarget(TransportAnswer answer, Uri url) =>
        answer.Status is (>= 300 and <= 303) or 307
        && answer.Location is { } location
        && Uri.TryCreate(url, location, out var target)
        && target.Scheme == url.Scheme
            ? target
            : null;
}
