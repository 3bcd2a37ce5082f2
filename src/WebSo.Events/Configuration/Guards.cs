using System.Net;
using System.Net.Sockets;

namespace WebSo.Events.Configuration;

// Guards are the options that decide who may call. A reload validates them separately from other options, so that an invalid change never
// opens an endpoint.
internal static class Guards
{
    public static bool Exist(WebSoEventsOptions options) => NamesOf(options).Any();

    // Each required header is a separate guard, because a call needs all of them. A call needs only one user and one network.
    public static IEnumerable<string> NamesOf(WebSoEventsOptions options)
    {
        foreach (var header in options.RequiredHeaders)
            yield return $"RequiredHeaders['{LogText.Of(header.Key)}']";
        if (options.BasicCredentials.Count > 0)
            yield return nameof(options.BasicCredentials);
        if (options.RequireSignedCallbackUrl)
            yield return nameof(options.RequireSignedCallbackUrl);
        if (RestrictCallers(options.AllowedNetworks))
            yield return nameof(options.AllowedNetworks);
    }

    // Whether AllowedNetworks refuses calls from every loopback address.
    public static bool ExcludeLoopback(WebSoEventsOptions options)
    {
        var networks = Parse(options.AllowedNetworks);
        return networks.Count > 0
            && !networks.Exists(network => network.Contains(IPAddress.Loopback) || network.Contains(IPAddress.IPv6Loopback) || IPAddress.IsLoopback(network.Address));
    }

    // The guards that apply while a changed guard is invalid. Each valid entry applies, so a revoked secret stops working immediately. No
    // guard is removed, because the invalid entry may be its replacement.
    public static WebSoEventsOptions Narrow(WebSoEventsOptions changed, WebSoEventsOptions last)
    {
        var narrowed = new WebSoEventsOptions
        {
            AllowAnonymousCalls = changed.AllowAnonymousCalls,
            CallbackPathPrefix = CallbackPath.IsPrefix(changed.CallbackPathPrefix) ? changed.CallbackPathPrefix : last.CallbackPathPrefix,
        };

        // Each required header restricts access further; each user, network or key adds access. BasicCredentials and a required
        // Authorization header check the same header, so a change to either replaces both. If both changed and contradict each other,
        // BasicCredentials take precedence, as they do over a config.ini.
        CopyLists(changed.RequiredHeaders, narrowed.RequiredHeaders, HeaderName.IsValid, IsHeaderValue);
        CopyLists(changed.BasicCredentials, narrowed.BasicCredentials, IsUser, value => !string.IsNullOrEmpty(value));
        if (!CredentialValidator.CanBeSatisfied(narrowed.RequiredHeaders, narrowed.BasicCredentials))
            narrowed.RequiredHeaders.Remove(HeaderName.Authorization);
        var hasAuthorization = narrowed.BasicCredentials.Count > 0 || narrowed.RequiredHeaders.ContainsKey(HeaderName.Authorization);
        foreach (var header in last.RequiredHeaders.Where(header => !narrowed.RequiredHeaders.ContainsKey(header.Key)))
        {
            if (!hasAuthorization || !string.Equals(header.Key, HeaderName.Authorization, StringComparison.OrdinalIgnoreCase))
                narrowed.RequiredHeaders.Add(header);
        }

        if (!hasAuthorization)
            CopyLists(last.BasicCredentials, narrowed.BasicCredentials, _ => true, _ => true);

        var networks = changed.AllowedNetworks.Where(text => IpNetwork.TryParse(text, out _, out _)).ToList();
        foreach (var network in networks.Count > 0 ? networks : last.AllowedNetworks)
            narrowed.AllowedNetworks.Add(network);

        NarrowKeys(changed, last, narrowed);

        // Without a valid key, a required signature refuses every call, even the server's. Accept that only if no other guard exists.
        narrowed.RequireSignedCallbackUrl = last.RequireSignedCallbackUrl
            || (changed.RequireSignedCallbackUrl && (narrowed.CallbackKeys.Count > 0 || !Exist(narrowed)));
        return narrowed;
    }

    // Surrounding spaces are ignored.
    public static bool IsHeaderValue(string? value) => !string.IsNullOrWhiteSpace(value) && !value!.Trim().Any(c => c is (< ' ' and not '\t') or '\x7F');

    public static bool IsUser(string name) => name.Length > 0 && !name.Contains(':');

    private static void NarrowKeys(WebSoEventsOptions changed, WebSoEventsOptions last, WebSoEventsOptions narrowed)
    {
        var keys = changed.CallbackKeys.Where(key => CallbackKey.TryCreate(key.Key, key.Value, out _, out _)).ToList();
        foreach (var key in keys.Count > 0 ? keys : [.. last.CallbackKeys])
            narrowed.CallbackKeys[key.Key] = key.Value;
        narrowed.CallbackSigningKey = new[] { changed.CallbackSigningKey, last.CallbackSigningKey }
            .FirstOrDefault(id => id is not null && narrowed.CallbackKeys.ContainsKey(id));
    }

    private static void CopyLists(
        IDictionary<string, IList<string>> from, IDictionary<string, IList<string>> to, Func<string, bool> isName, Func<string?, bool> isValue)
    {
        foreach (var entry in from.Where(entry => isName(entry.Key) && entry.Value is not null))
        {
            if (entry.Value.Where(isValue).ToList() is { Count: > 0 } values)
                to[entry.Key] = values;
        }
    }

    // Networks that cover a whole address family, such as 0.0.0.0/0 or its two halves, exclude nobody.
    private static bool RestrictCallers(IList<string> texts)
    {
        var networks = Parse(texts);
        return networks.Count > 0 && !CoverAll(networks, AddressFamily.InterNetwork) && !CoverAll(networks, AddressFamily.InterNetworkV6);
    }

    private static List<IpNetwork> Parse(IList<string> texts)
    {
        var networks = new List<IpNetwork>();
        foreach (var text in texts)
        {
            if (IpNetwork.TryParse(text, out var network, out _))
                networks.Add(network!);
        }

        return networks;
    }

    // Two networks are either disjoint or nested, so the sizes of the outermost networks add up.
    private static bool CoverAll(List<IpNetwork> networks, AddressFamily family)
    {
        var outermost = new List<IpNetwork>();
        foreach (var network in networks.Where(network => network.Family == family).OrderBy(network => network.Prefix))
        {
            if (!outermost.Exists(outer => outer.Contains(network.Address)))
                outermost.Add(network);
        }

        return outermost.Sum(network => Math.Pow(2, -network.Prefix)) >= 1;
    }
}
