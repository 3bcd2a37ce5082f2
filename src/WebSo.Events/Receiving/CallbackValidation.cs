namespace WebSo.Events.Receiving;

// The result of verifying a signed callback URL, and the query without the token.
internal readonly record struct CallbackValidation(CallbackTokenStatus Status, string? CorrelationId, string? QueryString)
{
    public static CallbackValidation Of(IncomingRequest request, string endpointName, ReceiverSettings settings, TimeProvider timeProvider)
    {
        // Without keys, the feature is off, and a parameter with this name belongs to the application.
        var (query, keys) = (request.QueryString, settings.CallbackKeys);
        if (keys.IsEmpty || CallbackQuery.Count(query, out var token) is not (> 0 and var count))
            return new CallbackValidation(CallbackTokenStatus.None, null, query);
        if (count > 1)
            return new CallbackValidation(CallbackTokenStatus.Invalid, null, null);

        var target = new CallbackTarget(endpointName, settings.PublicPathOf(request), CallbackQuery.Cut(query, token));
        var status = CallbackToken.Read(CallbackQuery.ValueOf(query, token), target, keys, timeProvider.GetUtcNow(), out var correlationId);
        return status == CallbackTokenStatus.Valid
            ? new CallbackValidation(status, correlationId, target.Query)
            : new CallbackValidation(status, null, null);
    }
}
