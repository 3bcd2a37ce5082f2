using Microsoft.Extensions.Configuration;

namespace WebSo.Events;

/// <summary>A configuration whose keys can go, as from a file.</summary>
public sealed class ChangingSettings : ConfigurationProvider, IConfigurationSource
{
    public string this[string key]
    {
        set => Set(key, value);
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public void Clear() => Data.Clear();
}
