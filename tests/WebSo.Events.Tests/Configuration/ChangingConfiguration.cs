using Microsoft.Extensions.Configuration;

namespace WebSo.Events.Tests;

// Keys can go, as from a file. In the one of the framework they can only become null.
internal sealed class ChangingConfiguration : ConfigurationProvider, IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public void Remove(string key) => Data.Remove(key);
}
