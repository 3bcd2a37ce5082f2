using System.Net;

namespace WebSo.Events.Receiving;

// Values that are computed once from the options. Changed options create new settings: see ReceiverSettingsCache.
internal sealed class ReceiverSettings(WebSoEventsOptions options)
{
    private readonly IpNetwork[] _networks =
    [
        .. from text in options.AllowedNetworks
           select IpNetwork.TryParse(text, out var network, out var problem) ? network! : throw new FormatException(problem),
    ];

    public WebSoEventsOptions Options { get; } = options;

    public WebSoEventFilter Filter { get; } = WebSoEventFilter.Parse(options.Filter);

    public CredentialValidator Credentials { get; } = new(options.RequiredHeaders, options.BasicCredentials);

    public CallbackKeyRing CallbackKeys { get; } = new(options.CallbackKeys, options.CallbackSigningKey);

    // The path that the server called, including the prefix that a proxy removed.
    public string PublicPathOf(IncomingRequest request) => Options.CallbackPathPrefix + request.Path;

    // An unknown address is in no network.
    public bool Allows(IPAddress? address) =>
        _networks.Length == 0 || (address is not null && Array.Exists(_networks, network => network.Contains(address)));
}
