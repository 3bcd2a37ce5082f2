namespace WebSo.Events.Tests;

// Two states with different values for each option, so that a test can tell them apart.
internal static class OptionStates
{
    // The body size in the second state is not valid.
    public static void Fill(WebSoEventsOptions options, int state)
    {
        options.RequireHeader($"X-{state}", $"secret{state}");
        options.RequireBasicAuthentication($"user{state}", $"secret{state}");
        options.AllowedNetworks.Add($"192.0.2.{state}");
        options.CallbackKeys[$"k{state}"] = Reloads.Key;
        foreach (var property in typeof(WebSoEventsOptions).GetProperties().Where(property => property.SetMethod is { IsPublic: true }))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            property.SetValue(options, property.Name switch
            {
                "Filter" => state == 1 ? "USER_FINISH" : "RENDER_RETURN",
                "CallbackSigningKey" => $"k{state}",
                "CallbackPathPrefix" => $"/hooks{state}",
                "MaxBodySize" => state == 1 ? 1000 : 1,
                _ when type == typeof(int) => 1000 * state,
                _ when type == typeof(bool) => state == 2,
                _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(10 * state),
                _ => throw new NotSupportedException($"Give {property.Name} a value here."),
            });
        }
    }
}
