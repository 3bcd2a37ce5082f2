using Microsoft.Extensions.Configuration;

namespace WebSo.Events;

/// <summary>A configuration whose keys can be removed like in a file. The in-memory provider of the framework can only set them to null.</summary>
public sealed class ChangingConfiguration : ConfigurationProvider, IConfigurationSource
{
    public string this[string key]
    {
        set => Set(key, value);
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public void Remove(string key) => Data.Remove(key);

    public void Clear() => Data.Clear();
}
