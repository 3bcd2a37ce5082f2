using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.UserSecrets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events.Tests;

// appsettings.json, user secrets and environment variables in the order of a host, with real files and variables.
public sealed class LayeredSecretsTests : IDisposable
{
    private readonly string _id = "websoevents-" + Guid.NewGuid().ToString("N");
    private readonly List<string> _variables = [];
    private TemporaryFile? _appSettings;

    public void Dispose()
    {
        _appSettings?.Dispose();
        foreach (var variable in _variables)
            Environment.SetEnvironmentVariable(variable, null);
        if (Path.GetDirectoryName(PathHelper.GetSecretsPathFromSecretsId(_id)) is { } directory && Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void Bind_SecretsInThreeLayers_OverrideByName()
    {
        var options = Bind(
            """{"BasicCredentials":{"foo":{"current":"from-appsettings","previous":"old"}},"RequiredHeaders":{"X-Key":"from-appsettings"}}""",
            """{"BasicCredentials":{"foo":{"current":"from-user-secrets"}},"RequiredHeaders":{"X-Key":"from-user-secrets"}}""",
            ("BasicCredentials__foo__current", "from-environment"),
            ("BasicCredentials__bar", "another"));

        options.BasicCredentials["foo"].Should().BeEquivalentTo("from-environment", "old");
        options.BasicCredentials["bar"].Should().Equal("another");
        options.RequiredHeaders["X-Key"].Should().Equal("from-user-secrets");
    }

    [Fact]
    public void Bind_SecretAddedInLaterLayer_KeepsOthers()
    {
        var options = Bind("""{"BasicCredentials":{"foo":{"old":"1"}},"RequiredHeaders":{"X-Key":{"old":"1"}}}""", null,
            ("BasicCredentials__foo__new", "2"), ("RequiredHeaders__X-Key__new", "2"));

        options.BasicCredentials["foo"].Should().BeEquivalentTo("1", "2");
        options.RequiredHeaders["X-Key"].Should().BeEquivalentTo("1", "2");
    }

    [Fact]
    public void Bind_SecretSetToNullInLaterLayer_IsRemoved()
    {
        var options = Bind("""{"BasicCredentials":{"foo":{"current":"1","previous":"2"}}}""", """{"BasicCredentials":{"foo":{"previous":null}}}""");

        options.BasicCredentials["foo"].Should().Equal("1");
    }

    [Theory]
    [InlineData("BasicCredentials__foo", "BasicCredentials:foo")]
    [InlineData("RequiredHeaders__foo", "RequiredHeaders:foo")]
    public void Bind_StringInOneLayerAndObjectInAnother_IsRefused(string variable, string path)
    {
        var section = variable.Split('_')[0];
        var bind = () => Bind($$$"""{"{{{section}}}":{"foo":"for-development-only"}}""", null, (variable + "__current", "from-environment"));

        bind.Should().Throw<OptionsValidationException>().Which.Failures.Should().ContainSingle()
            .Which.Should().Match($"WebSoEvents:{path} is a string in one configuration source and an object in another*").And.NotContain("development-only");
    }

    // A list in a later layer overrides by index, so entries could be lost.
    [Fact]
    public void Bind_ListOfSecrets_IsRefused()
    {
        var bind = () => Bind("""{"BasicCredentials":{"foo":"old"}}""", null, ("BasicCredentials__foo__0", "new"));
        var onlyLists = () => Bind(null, null, ("BasicCredentials__foo__0", "new"));

        bind.Should().Throw<OptionsValidationException>();
        onlyLists.Should().Throw<OptionsValidationException>().WithMessage("*BasicCredentials:foo is a list*\"current\"*");
    }

    [Fact]
    public void Bind_NetworksAsString_AreOverriddenAsAWhole()
    {
        var options = Bind("""{"AllowedNetworks":"10.0.0.0/8,192.0.2.7"}""", null, ("AllowedNetworks", "198.51.100.0/24"));

        options.AllowedNetworks.Should().Equal("198.51.100.0/24");
    }

    [Fact]
    public void Bind_NetworksAsList_AreOverriddenByIndex()
    {
        var options = Bind("""{"AllowedNetworks":["10.0.0.0/8","192.0.2.7"]}""", null, ("AllowedNetworks__1", "198.51.100.0/24"));

        options.AllowedNetworks.Should().Equal("10.0.0.0/8", "198.51.100.0/24");
    }

    [Fact]
    public void Bind_NetworksAsStringAndAsList_AreRefused()
    {
        var bind = () => Bind("""{"AllowedNetworks":["10.0.0.0/8"]}""", null, ("AllowedNetworks", "192.0.2.7"));

        bind.Should().Throw<OptionsValidationException>().WithMessage("*AllowedNetworks is a string in one configuration source and a list in another*");
    }

    private WebSoEventsOptions Bind(string? appSettings, string? userSecrets, params (string Name, string Value)[] environment)
    {
        _appSettings = new TemporaryFile(Content(appSettings));
        var secrets = PathHelper.GetSecretsPathFromSecretsId(_id);
        Directory.CreateDirectory(Path.GetDirectoryName(secrets)!);
        File.WriteAllBytes(secrets, Content(userSecrets));
        foreach (var (name, value) in environment)
        {
            _variables.Add($"{_id}_WebSoEvents__{name}");
            Environment.SetEnvironmentVariable(_variables[^1], value);
        }

        var configuration = new ConfigurationBuilder()
            .AddJsonFile(_appSettings.Path)
            .AddUserSecrets(_id)
            .AddEnvironmentVariables(_id + "_")
            .Build();
        using var provider = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddWebSoEvents().Services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>().CurrentValue;
    }

    private static byte[] Content(string? section) => System.Text.Encoding.UTF8.GetBytes(section is null ? "{}" : $$$"""{"WebSoEvents":{{{section}}}}""");
}
