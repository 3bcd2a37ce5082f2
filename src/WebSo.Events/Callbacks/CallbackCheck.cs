namespace WebSo.Events;

// What the query of a call says by a signed callback URL, and the query without it.
internal readonly record struct CallbackCheck(CallbackVerdict Verdict, string? CorrelationId, string? QueryString)
{
    public static CallbackCheck Of(string query, string endpointName, CallbackKeyRing keys, TimeProvider timeProvider)
    {
        // Without keys the feature is off, and a parameter of this name is not ours.
        if (keys.IsEmpty || CallbackQuery.Count(query, out var token) is not (> 0 and var count))
            return new CallbackCheck(CallbackVerdict.Absent, null, query);
        if (count > 1)
            return new CallbackCheck(CallbackVerdict.Wrong, null, null);

        var verdict = CallbackToken.Read(CallbackQuery.ValueOf(query, token), endpointName, keys, timeProvider.GetUtcNow(), out var correlationId);
        return verdict == CallbackVerdict.Valid
            ? new CallbackCheck(verdict, correlationId, CallbackQuery.Cut(query, token))
            : new CallbackCheck(verdict, null, null);
    }
}
