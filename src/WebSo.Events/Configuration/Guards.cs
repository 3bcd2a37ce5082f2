using System.Net;
using System.Net.Sockets;

namespace WebSo.Events.Configuration;

// The options that decide who may call. A reload judges them on their own, and never leaves an endpoint more open by accident.
internal static class Guards
{
    // Whether anything keeps strangers out.
    public static bool Exist(WebSoEventsOptions options) => NamesOf(options).Any();

    // What keeps strangers out, in words. Each header is a guard of its own, since a call needs all of them; of users and networks it needs one.
    public static IEnumerable<string> NamesOf(WebSoEventsOptions options)
    {
        foreach (var header in options.RequiredHeaders)
            yield return $"RequiredHeaders['{LogText.Of(header.Key)}']";
        if (options.BasicCredentials.Count > 0)
            yield return nameof(options.BasicCredentials);
        if (options.RequireSignedCallbackUrl)
            yield return nameof(options.RequireSignedCallbackUrl);
        if (ExcludeSomeone(options.AllowedNetworks))
            yield return nameof(options.AllowedNetworks);
    }

    // Whether AllowedNetworks keeps out what calls from the same machine, by whichever of its loopback addresses.
    public static bool ExcludeLoopback(WebSoEventsOptions options)
    {
        var networks = Parse(options.AllowedNetworks);
        return networks.Count > 0
            && !networks.Exists(network => network.Contains(IPAddress.Loopback) || network.Contains(IPAddress.IPv6Loopback) || IPAddress.IsLoopback(network.Address));
    }

    // What is in force while a changed guard is invalid: each valid entry applies, but nothing that keeps calls out is taken away, since
    // the invalid entry may be what was to replace it. So an invalid value never opens anything, and a revoked secret is gone at once.
    public static WebSoEventsOptions Narrow(WebSoEventsOptions changed, WebSoEventsOptions last)
    {
        var narrowed = new WebSoEventsOptions
        {
            AllowAnonymousCalls = changed.AllowAnonymousCalls,
            CallbackPathPrefix = CallbackPath.IsPrefix(changed.CallbackPathPrefix) ? changed.CallbackPathPrefix : last.CallbackPathPrefix,
        };

        // Each header narrows; a further user, network or key widens. Users and the header Authorization demand the same thing: what the change has
        // of them replaces both, since together they would keep everyone out. Where it has both and they contradict each other, the users count,
        // as beside a config.ini.
        CopyLists(changed.RequiredHeaders, narrowed.RequiredHeaders, HeaderName.IsValid, IsHeaderValue);
        CopyLists(changed.BasicCredentials, narrowed.BasicCredentials, IsUser, value => !string.IsNullOrEmpty(value));
        if (!CredentialCheck.CanBeSatisfied(narrowed.RequiredHeaders, narrowed.BasicCredentials))
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

        // Without a valid key a signature would keep everyone out, the server too. That is right only where nothing else keeps strangers out.
        narrowed.RequireSignedCallbackUrl = last.RequireSignedCallbackUrl
            || (changed.RequireSignedCallbackUrl && (narrowed.CallbackKeys.Count > 0 || !Exist(narrowed)));
        return narrowed;
    }

    // Spaces around a value do not count.
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

    // Networks that together hold every address of a family, as 0.0.0.0/0 or its two halves, keep nobody out.
    private static bool ExcludeSomeone(IList<string> texts)
    {
        var networks = Parse(texts);
        return networks.Count > 0 && !HoldAll(networks, AddressFamily.InterNetwork) && !HoldAll(networks, AddressFamily.InterNetworkV6);
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

    // Networks are disjoint or one within the other, so the shares of the outermost add up.
    private static bool HoldAll(List<IpNetwork> networks, AddressFamily family)
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
