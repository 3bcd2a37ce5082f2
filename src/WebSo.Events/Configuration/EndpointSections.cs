using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace WebSo.Events.Configuration;

// Maps each endpoint to its configuration section.
internal sealed class EndpointSections(IServiceProvider services)
{
    public const string Root = "WebSoEvents";
    public const string Endpoints = nameof(Endpoints);

    private readonly EndpointSection[] _added = [.. services.GetServices<EndpointSection>()];
    private readonly ReservedKey[] _reserved = [.. services.GetServices<ReservedKey>()];

    // Null in a container without IConfiguration.
    public IConfiguration? Configuration { get; } = services.GetService<IConfiguration>();

    public IConfigurationSection? Find(string? name) => GivenTo(name) ?? Configuration?.GetSection(DefaultPath(name));

    public string PathOf(string? name) => GivenTo(name)?.Path ?? DefaultPath(name);

    public bool IsGiven(string? name) => GivenTo(name) is not null;

    public IEnumerable<string> ReservedKeys(string? name, string parent = "") =>
        _reserved.Where(key => key.Endpoint == (name ?? "") && key.Parent == parent).Select(key => key.Key);

    // The section paths of all added endpoints.
    public IEnumerable<string> Paths => _added.Select(endpoint => PathOf(endpoint.Endpoint));

    // The root section WebSoEvents is checked once, as part of the first endpoint that uses a default section.
    public bool ChecksRoot(string? name) => Array.Find(_added, endpoint => endpoint.Given is null)?.Endpoint == (name ?? "");

    private IConfigurationSection? GivenTo(string? name) => Array.Find(_added, endpoint => endpoint.Endpoint == (name ?? ""))?.Given;

    private static string DefaultPath(string? name) => string.IsNullOrEmpty(name) ? Root : $"{Root}:{Endpoints}:{name}";
}
