using System.Net;
using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events;

// An endpoint never becomes open by mistake, neither at the start nor by a configuration change.
public abstract partial class AdapterContract
{
    public static TheoryData<string, bool> Guarded => new()
    {
        { "", false },
        { "RequiredHeaders:X-Key=secret", true },
        { "BasicCredentials:foo=secret", true },
        { "AllowedNetworks=127.0.0.1", true },
        { "AllowedNetworks=0.0.0.0/0", false },
        { "AllowedNetworks:0=0.0.0.0/1;AllowedNetworks:1=128.0.0.0/1", false },
        { "CallbackKeys:k1=QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=", false },
        { "CallbackKeys:k1=QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=;RequireSignedCallbackUrl=true", true },
        { "AllowAnonymousCalls=true", true },
        { "AllowAnonymousCalls=false", false },
    };

    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task Start_InProduction_NeedsGuard(string settings, bool starts)
    {
        Log.ExpectAnyError();

        var start = () => StartAsync(builder => InProduction(builder, Settings(settings)));

        if (starts)
        {
            await start.Should().NotThrowAsync();
            return;
        }

        var message = (await start.Should().ThrowAsync<Exception>()).Which.ToString();
        message.Should().Contain("options.RequireHeader(").And.Contain("options.AllowedNetworks.Add(").And.Contain("options.AllowAnonymousCalls = true");
        Log.Entries.Should().NotContain(entry => entry.Message.Contains("istening", StringComparison.Ordinal), "it fails before it listens");
    }

    [Fact]
    public async Task Start_InDevelopment_NeedsNoGuard()
    {
        var host = await StartAsync(builder => builder.AddHandler<WebSoEvent>("all", (_, _, _) => default));

        using var response = await PostAsync(host.Url, Payloads.StatusChange);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        Log.Messages("NoGuardYet").Should().ContainSingle();
    }

    [Fact]
    public async Task Start_ShortSecretInProduction_Warns()
    {
        await StartAsync(builder => InProduction(builder, Settings("RequiredHeaders:X-Key=secret")));

        Log.Messages("ShortSecret").Should().ContainSingle().Which.Should().Contain("X-Key").And.NotContain("'secret'");
    }

    [Fact]
    public async Task Reload_LastGuardRemoved_KeepsGuard()
    {
        Log.ExpectError("GuardsKept");
        var source = new ChangingConfiguration { ["WebSoEvents:RequiredHeaders:X-Key"] = "secret" };
        var configuration = new ConfigurationBuilder().Add(source).Build();
        var host = await StartAsync(builder => InProduction(builder, configuration));

        source.Clear();
        configuration.Reload();
        using var stranger = await PostAsync(host.Url, Payloads.StatusChange);
        Client.DefaultRequestHeaders.Add("X-Key", "secret");
        using var server = await PostAsync(host.Url, Payloads.StatusChange);

        stranger.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        server.StatusCode.Should().Be(HttpStatusCode.OK);
        Log.Messages("GuardsKept").Should().ContainSingle();
    }

    [Fact]
    public async Task Reload_RevokedSecretAndInvalidOption_RefusesSecret()
    {
        Log.ExpectError("OptionsRefused");
        var source = new ChangingConfiguration { ["WebSoEvents:RequiredHeaders:X-Key"] = "old" };
        var configuration = new ConfigurationBuilder().Add(source).Build();
        var host = await StartAsync(builder => InProduction(builder, configuration));
        Client.DefaultRequestHeaders.Add("X-Key", "old");
        using var before = await PostAsync(host.Url, Payloads.StatusChange);

        source["WebSoEvents:RequiredHeaders:X-Key"] = "new";
        source["WebSoEvents:BodyTimeout"] = "soon";
        configuration.Reload();
        using var after = await PostAsync(host.Url, Payloads.StatusChange);

        before.StatusCode.Should().Be(HttpStatusCode.OK);
        after.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    // The last registration of each service applies.
    private static void InProduction(IWebSoEventsBuilder builder, IConfiguration configuration)
    {
        TestEnvironment.Set(builder.Services, "Production");
        builder.Services.AddSingleton(configuration);
        builder.AddHandler<WebSoEvent>("all", (_, _, _) => default);
    }

    private static IConfigurationRoot Settings(string settings)
    {
        var source = new ChangingConfiguration();
        foreach (var setting in settings.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=', 2)))
            source["WebSoEvents:" + setting[0]] = setting[1];
        return new ConfigurationBuilder().Add(source).Build();
    }
}
