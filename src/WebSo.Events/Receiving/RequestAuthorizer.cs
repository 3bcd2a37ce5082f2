namespace WebSo.Events.Receiving;

// Checks a call before its body is read: address, method, credentials, query length and callback URL.
internal sealed class RequestAuthorizer
{
    // Long enough to distinguish long paths.
    private const int MaxPathLength = 512;

    private const string CallbackChallenge = "CallbackUrl realm=\"WebSo.Events\"";

    private readonly Endpoint _endpoint;
    private readonly RefusalLog _forbidden;
    private readonly RefusalLog _methodNotAllowed;
    private readonly RefusalLog _unauthorized;
    private readonly RefusalLog _queryTooLong;
    private readonly RefusalLog _callbackUrlRefused;
    private readonly RefusalLog _callbackUrlExpired;

    public RequestAuthorizer(Endpoint endpoint)
    {
        _endpoint = endpoint;
        var (name, timeProvider, logger) = (endpoint.Name, endpoint.TimeProvider, endpoint.Logger);
        _forbidden = new(timeProvider, (count, from, _) => ReceiverLog.Forbidden(logger, count, name, from));
        _methodNotAllowed = new(timeProvider, (count, from, method) => ReceiverLog.MethodNotAllowed(logger, count, name, from, method));
        _unauthorized = new(timeProvider, (count, from, _) => ReceiverLog.Unauthorized(logger, count, name, from));
        _queryTooLong = new(timeProvider, (count, from, _) => ReceiverLog.QueryTooLong(logger, count, name, from));
        _callbackUrlRefused = new(timeProvider, (count, from, paths) => ReceiverLog.CallbackUrlRefused(logger, count, name, from, paths));
        _callbackUrlExpired = new(timeProvider, (count, from, path) => ReceiverLog.CallbackUrlExpired(logger, count, name, from, path));
    }

    // Returns null if the call is authorized, otherwise the response.
    public Receipt? Authorize(IncomingRequest request, ReceiverSettings settings, out CallbackValidation callback)
    {
        callback = default;
        if (!settings.Allows(request.RemoteAddress))
        {
            _forbidden.Add(request.RemoteAddress);
            return new Receipt(ReceiveOutcome.Forbidden);
        }

        if (request.Method != "POST")
        {
            _methodNotAllowed.Add(request.RemoteAddress, LogText.Of(request.Method));
            return new Receipt(ReceiveOutcome.MethodNotAllowed);
        }

        if (!settings.Credentials.IsSatisfiedBy(request, static (call, name) => call.GetHeader(name)))
        {
            _unauthorized.Add(request.RemoteAddress);
            return Receipt.Unauthorized(settings.Credentials.Challenge);
        }

        var query = request.QueryString;
        if (query.Length > settings.Options.MaxQueryLength)
        {
            _queryTooLong.Add(request.RemoteAddress);
            return new Receipt(ReceiveOutcome.QueryTooLong);
        }

        callback = CallbackValidation.Of(request, _endpoint.Name, settings, _endpoint.TimeProvider);
        return RefuseCallback(callback.Status, request, settings);
    }

    private Receipt? RefuseCallback(CallbackTokenStatus status, IncomingRequest request, ReceiverSettings settings)
    {
        switch (status)
        {
            case CallbackTokenStatus.Valid:
            case CallbackTokenStatus.None when !settings.Options.RequireSignedCallbackUrl:
                return null;
            case CallbackTokenStatus.Expired:
                _callbackUrlExpired.Add(request.RemoteAddress, LogText.Of(request.Path, MaxPathLength));
                break;
            default:
                _callbackUrlRefused.Add(request.RemoteAddress, $"'{LogText.Of(request.Path, MaxPathLength)}', verified as '{LogText.Of(settings.PublicPathOf(request), MaxPathLength)}'");
                break;
        }

        return Receipt.Unauthorized(CallbackChallenge);
    }
}
