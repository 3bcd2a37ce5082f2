using System.Net;

namespace WebSo.Events.Receiving;

// What follows from one state of the options, made once for it. Options change without a restart: see PolicySource.
internal sealed class ReceiverPolicy(WebSoEventsOptions options)
{
    private readonly IpNetwork[] _networks =
    [
        .. from text in options.AllowedNetworks
           select IpNetwork.TryParse(text, out var network, out var problem) ? network! : throw new FormatException(problem),
    ];

    public WebSoEventsOptions Options { get; } = options;

    public WebSoEventFilter Filter { get; } = WebSoEventFilter.Parse(options.Filter);

    public CredentialCheck Credentials { get; } = new(options.RequiredHeaders, options.BasicCredentials);

    public CallbackKeyRing CallbackKeys { get; } = new(options.CallbackKeys, options.CallbackSigningKey);

    // The path that the server called: a proxy may have removed the begin of it.
    public string PublicPathOf(IncomingRequest request) => Options.CallbackPathPrefix + request.Path;

    // Where networks are given, an address that is not known is in none of them.
    public bool Allows(IPAddress? address) =>
        _networks.Length == 0 || (address is not null && Array.Exists(_networks, network => network.Contains(address)));
}
