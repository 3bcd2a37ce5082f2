using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace WebSo.Events.Configuration;

// Which section of the configuration each endpoint has.
internal sealed class EndpointSections(IServiceProvider services)
{
    public const string Root = "WebSoEvents";
    public const string Endpoints = nameof(Endpoints);

    private readonly EndpointSection[] _added = [.. services.GetServices<EndpointSection>()];
    private readonly OwnedKey[] _owned = [.. services.GetServices<OwnedKey>()];

    // A program without a host may have none.
    public IConfiguration? Configuration { get; } = services.GetService<IConfiguration>();

    public IConfigurationSection? Find(string? name) => GivenTo(name) ?? Configuration?.GetSection(DefaultPath(name));

    public string PathOf(string? name) => GivenTo(name)?.Path ?? DefaultPath(name);

    public bool IsGiven(string? name) => GivenTo(name) is not null;

    public IEnumerable<string> OwnedKeys(string? name, string parent = "") =>
        _owned.Where(key => key.Endpoint == (name ?? "") && key.Parent == parent).Select(key => key.Key);

    // The paths of all endpoints that were added.
    public IEnumerable<string> Paths => _added.Select(endpoint => PathOf(endpoint.Endpoint));

    // The section of all, WebSoEvents, is looked at for one of the endpoints that have their place in it.
    public bool LooksAtRoot(string? name) => Array.Find(_added, endpoint => endpoint.Given is null)?.Endpoint == (name ?? "");

    private IConfigurationSection? GivenTo(string? name) => Array.Find(_added, endpoint => endpoint.Endpoint == (name ?? ""))?.Given;

    private static string DefaultPath(string? name) => string.IsNullOrEmpty(name) ? Root : $"{Root}:{Endpoints}:{name}";
}
