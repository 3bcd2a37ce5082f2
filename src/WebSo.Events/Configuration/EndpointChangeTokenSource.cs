using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace WebSo.Events.Configuration;

// Recreates the options on each configuration reload, so that delegates of the application also read the new values.
internal sealed class EndpointChangeTokenSource(string name, EndpointSections sections) : IOptionsChangeTokenSource<WebSoEventsOptions>
{
    private static readonly IChangeToken s_never = new CancellationChangeToken(CancellationToken.None);

    public string Name { get; } = name;

    public IChangeToken GetChangeToken() => sections.Find(Name)?.GetReloadToken() ?? s_never;
}
