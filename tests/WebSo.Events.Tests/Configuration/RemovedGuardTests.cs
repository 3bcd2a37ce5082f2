using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;
using static WebSo.Events.Tests.Reloads;

namespace WebSo.Events.Tests;

/// <summary>A reload that removes a guard while another one remains applies and logs a warning.</summary>
public sealed class RemovedGuardTests
{
    private const string Signed = $"WebSoEvents:CallbackKeys:k1={Key};WebSoEvents:RequireSignedCallbackUrl=true";

    // The removed guard, the remaining guards, and the names of both.
    public static TheoryData<string, string, string, string> Removals => new()
    {
        { $"{Header}=s3cret", $"{Password}=s3cret", "RequiredHeaders['X-Key']", "BasicCredentials" },
        { $"{Header}=s3cret", "WebSoEvents:RequiredHeaders:Y=s3cret", "RequiredHeaders['X-Key']", "RequiredHeaders['Y']" },
        { $"{Password}=s3cret", $"{Header}=s3cret", "BasicCredentials", "RequiredHeaders['X-Key']" },
        { $"{Network}=192.0.2.1", $"{Header}=s3cret;{Password}=s3cret", "AllowedNetworks", "RequiredHeaders['X-Key'], BasicCredentials" },
        { Signed, $"{Network}=192.0.2.1", "RequireSignedCallbackUrl", "AllowedNetworks" },
        { $"{Header}=s3cret;{Password}=s3cret;{Network}=192.0.2.1", Signed, "RequiredHeaders['X-Key'], BasicCredentials, AllowedNetworks", "RequireSignedCallbackUrl" },
    };

    [Theory]
    [MemberData(nameof(Removals))]
    public async Task Reload_GuardRemovedAndAnotherRemains_AppliesAndWarnsOnce(string removed, string kept, string goneNames, string remainingNames)
    {
        var configuration = Memory($"{removed};{kept}");
        await using var receiver = Start(configuration);
        await receiver.OutcomeOfAsync(Stranger());

        Set(configuration, Cleared(removed));
        configuration.Reload();
        using (var scope = receiver.Services.CreateScope())
            _ = scope.ServiceProvider.GetRequiredService<IOptionsSnapshot<WebSoEventsOptions>>().Value;

        (await receiver.OutcomeOfAsync(Stranger())).Should().NotBe(ReceiveOutcome.Handled, "another guard remains");
        receiver.Get().HasKeptGuards.Should().BeFalse();
        var line = receiver.Logs.Messages("GuardRemoved").Should().ContainSingle().Subject;
        line.Should().Contain($"removed guards of the default endpoint: {goneNames}. Guards that remain: {remainingNames}.").And.NotContain("s3cret").And.NotContain("192.0.2.1").And.NotContain("QUFB");
    }

    [Fact]
    public async Task Reload_NetworksThatCoverAllAddresses_CountAsRemovedGuard()
    {
        var configuration = Memory($"{Network}=192.0.2.1;{Password}=secret");
        await using var receiver = Start(configuration);
        await receiver.OutcomeOfAsync(Stranger());

        Set(configuration, $"{Network}=0.0.0.0/0");

        receiver.Logs.Messages("GuardRemoved").Should().ContainSingle().Which.Should().Contain("AllowedNetworks. Guards that remain: BasicCredentials.");
    }

    // A changed value or name of a guard, an added guard, and an option that is not a guard.
    [Theory]
    [InlineData(Header + "=old", Header + "=new")]
    [InlineData(Header + "=old", "WebSoEvents:RequiredHeaders:x-key=new")]
    [InlineData(Header + ":current=old;" + Header + ":previous=older", Header + ":current=new")]
    [InlineData(Password + "=old", Password + "=new")]
    [InlineData(Password + "=old", "WebSoEvents:BasicCredentials:bar=new")]
    [InlineData(Network + "=192.0.2.1", Network + "=198.51.100.0/24")]
    [InlineData(Signed, "WebSoEvents:CallbackKeys:k2=" + Key + ";WebSoEvents:RequireSignedCallbackUrl=true")]
    [InlineData(Header + "=secret", Header + "=secret;" + Password + "=secret")]
    [InlineData(Header + "=secret;WebSoEvents:Filter=USER_FINISH", Header + "=secret")]
    public async Task Reload_GuardValueChanged_LogsNothing(string before, string after)
    {
        var configuration = Memory(before);
        await using var receiver = Start(configuration);
        await receiver.OutcomeOfAsync(Stranger());

        Set(configuration, after, remove: Cleared(before).Split(';'));

        (await receiver.OutcomeOfAsync(Stranger())).Should().NotBe(ReceiveOutcome.Handled);
        receiver.Logs.Messages("GuardRemoved").Should().BeEmpty();
    }
}
