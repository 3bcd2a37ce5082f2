using Microsoft.Extensions.Logging;

namespace WebSo.Events;

// All that can be told of a call before its body is read: who may call, and with what.
internal sealed class RequestGate
{
    // Two paths that differ far behind must not look the same.
    private const int MaxPathLength = 512;

    private const string CallbackChallenge = "CallbackUrl realm=\"WebSo.Events\"";

    private readonly string _endpointName;
    private readonly TimeProvider _timeProvider;
    private readonly RefusalLine _forbidden;
    private readonly RefusalLine _methodNotAllowed;
    private readonly RefusalLine _unauthorized;
    private readonly RefusalLine _queryTooLong;
    private readonly RefusalLine _callbackUrlRefused;
    private readonly RefusalLine _callbackUrlExpired;

    public RequestGate(string endpointName, TimeProvider timeProvider, ILogger logger)
    {
        (_endpointName, _timeProvider) = (endpointName, timeProvider);
        _forbidden = new(timeProvider, (count, from, _) => ReceiverLog.Forbidden(logger, count, endpointName, from));
        _methodNotAllowed = new(timeProvider, (count, from, method) => ReceiverLog.MethodNotAllowed(logger, count, endpointName, from, method));
        _unauthorized = new(timeProvider, (count, from, _) => ReceiverLog.Unauthorized(logger, count, endpointName, from));
        _queryTooLong = new(timeProvider, (count, from, _) => ReceiverLog.QueryTooLong(logger, count, endpointName, from));
        _callbackUrlRefused = new(timeProvider, (count, from, paths) => ReceiverLog.CallbackUrlRefused(logger, count, endpointName, from, paths));
        _callbackUrlExpired = new(timeProvider, (count, from, path) => ReceiverLog.CallbackUrlExpired(logger, count, endpointName, from, path));
    }

    public WebSoReceipt? Refuse(WebSoRequest request, ReceiverPolicy policy, out CallbackCheck callback)
    {
        callback = default;
        if (!policy.Allows(request.RemoteAddress))
        {
            _forbidden.Add(request.RemoteAddress);
            return new WebSoReceipt(WebSoOutcome.Forbidden);
        }

        if (request.Method != "POST")
        {
            _methodNotAllowed.Add(request.RemoteAddress, LogText.Of(request.Method));
            return new WebSoReceipt(WebSoOutcome.MethodNotAllowed);
        }

        if (!policy.Credentials.IsSatisfiedBy(request))
        {
            _unauthorized.Add(request.RemoteAddress);
            return WebSoReceipt.Unauthorized(policy.Credentials.Challenge);
        }

        var query = request.QueryString;
        if (query.Length > policy.Options.MaxQueryLength)
        {
            _queryTooLong.Add(request.RemoteAddress);
            return new WebSoReceipt(WebSoOutcome.QueryTooLong);
        }

        callback = CallbackCheck.Of(request, _endpointName, policy, _timeProvider);
        return RefuseCallback(callback.Verdict, request, policy);
    }

    private WebSoReceipt? RefuseCallback(CallbackVerdict verdict, WebSoRequest request, ReceiverPolicy policy)
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

        return WebSoReceipt.Unauthorized(CallbackChallenge);
    }
}
