using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace WebSo.Events.Configuration;

// Options are made anew at each reload of the configuration, and with them what a delegate of the application reads from it.
internal sealed class EndpointChangeTokenSource(string name, EndpointSections sections) : IOptionsChangeTokenSource<WebSoEventsOptions>
{
    private static readonly IChangeToken s_never = new CancellationChangeToken(CancellationToken.None);

    public string Name { get; } = name;

    public IChangeToken GetChangeToken() => sections.Find(Name)?.GetReloadToken() ?? s_never;
}
