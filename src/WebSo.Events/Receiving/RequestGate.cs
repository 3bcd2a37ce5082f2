namespace WebSo.Events.Receiving;

// All that can be told of a call before its body is read: who may call, and with what.
internal sealed class RequestGate
{
    // Two paths that differ far behind must not look the same.
    private const int MaxPathLength = 512;

    private const string CallbackChallenge = "CallbackUrl realm=\"WebSo.Events\"";

    private readonly Endpoint _endpoint;
    private readonly RefusalLog _forbidden;
    private readonly RefusalLog _methodNotAllowed;
    private readonly RefusalLog _unauthorized;
    private readonly RefusalLog _queryTooLong;
    private readonly RefusalLog _callbackUrlRefused;
    private readonly RefusalLog _callbackUrlExpired;

    public RequestGate(Endpoint endpoint)
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

    public Receipt? Refuse(IncomingRequest request, ReceiverPolicy policy, out CallbackCheck callback)
    {
        callback = default;
        if (!policy.Allows(request.RemoteAddress))
        {
            _forbidden.Add(request.RemoteAddress);
            return new Receipt(ReceiveOutcome.Forbidden);
        }

        if (request.Method != "POST")
        {
            _methodNotAllowed.Add(request.RemoteAddress, LogText.Of(request.Method));
            return new Receipt(ReceiveOutcome.MethodNotAllowed);
        }

        if (!policy.Credentials.IsSatisfiedBy(request, static (call, name) => call.GetHeader(name)))
        {
            _unauthorized.Add(request.RemoteAddress);
            return Receipt.Unauthorized(policy.Credentials.Challenge);
        }

        var query = request.QueryString;
        if (query.Length > policy.Options.MaxQueryLength)
        {
            _queryTooLong.Add(request.RemoteAddress);
            return new Receipt(ReceiveOutcome.QueryTooLong);
        }

        callback = CallbackCheck.Of(request, _endpoint.Name, policy, _endpoint.TimeProvider);
        return RefuseCallback(callback.Verdict, request, policy);
    }

    private Receipt? RefuseCallback(CallbackVerdict verdict, IncomingRequest request, ReceiverPolicy policy)
    {
        switch (verdict)
        {
            case CallbackVerdict.Valid:
            case CallbackVerdict.Absent when !policy.Options.RequireSignedCallbackUrl:
                return null;
            case CallbackVerdict.Expired:
                _callbackUrlExpired.Add(request.RemoteAddress, LogText.Of(request.Path, MaxPathLength));
                break;
            default:
                _callbackUrlRefused.Add(request.RemoteAddress, $"'{LogText.Of(request.Path, MaxPathLength)}', checked as '{LogText.Of(policy.PublicPathOf(request), MaxPathLength)}'");
                break;
        }

        return Receipt.Unauthorized(CallbackChallenge);
    }
}
