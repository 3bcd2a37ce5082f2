namespace WebSo.Events.Receiving;

// What the query of a call says by a signed callback URL, and the query without it.
internal readonly record struct CallbackCheck(CallbackVerdict Verdict, string? CorrelationId, string? QueryString)
{
    public static CallbackCheck Of(IncomingRequest request, string endpointName, ReceiverPolicy policy, TimeProvider timeProvider)
    {
        // Without keys the feature is off, and a parameter of this name is not ours.
        var (query, keys) = (request.QueryString, policy.CallbackKeys);
        if (keys.IsEmpty || CallbackQuery.Count(query, out var token) is not (> 0 and var count))
            return new CallbackCheck(CallbackVerdict.Absent, null, query);
        if (count > 1)
            return new CallbackCheck(CallbackVerdict.Wrong, null, null);

        var target = new CallbackTarget(endpointName, policy.PublicPathOf(request), CallbackQuery.Cut(query, token));
        var verdict = CallbackToken.Read(CallbackQuery.ValueOf(query, token), target, keys, timeProvider.GetUtcNow(), out var correlationId);
        return verdict == CallbackVerdict.Valid
            ? new CallbackCheck(verdict, correlationId, target.Query)
            : new CallbackCheck(verdict, null, null);
    }
}
