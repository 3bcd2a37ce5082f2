using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;
using static WebSo.Events.Tests.Reloads;

namespace WebSo.Events.Tests;

/// <summary>A reload with an invalid guard opens nothing and revokes a removed secret immediately.</summary>
public sealed class InvalidGuardReloadTests
{
    // The intended guard may have a new value, so its last value stays. A misspelled key of another option does not affect guards.
    [Theory]
    [InlineData("BasicCredential:foo=new", true)]
    [InlineData("BasicCredentialss:foo=new", true)]
    [InlineData("Filters=USER_FINISH", false)]
    [InlineData("AllowXyzzyNetwork=x", false)]
    public async Task Reload_UnknownKeySimilarToGuard_IsGuardProblem(string unknown, bool isOfGuards)
    {
        var configuration = Memory($"{Header}=secret;{Password}=secret");
        await using var receiver = Start(configuration, "GuardsKept", "OptionsRefused");
        await receiver.OutcomeOfAsync(Stranger());

        Set(configuration, $"WebSoEvents:{unknown}", remove: Password);

        receiver.Logs.Messages(isOfGuards ? "GuardsKept" : "OptionsRefused").Should().ContainSingle().Which.Should().Contain("is not a known key");
        receiver.Logs.Messages(isOfGuards ? "OptionsRefused" : "GuardsKept").Should().BeEmpty();
        receiver.Get().HasKeptGuards.Should().Be(isOfGuards);
        var header = new TestRequest(Bodies.StatusChange).With("X-Key", "secret");
        (await receiver.OutcomeOfAsync(header)).Should().Be(isOfGuards ? ReceiveOutcome.Unauthorized : ReceiveOutcome.Handled);
    }

    [Theory]
    [InlineData("AllowedNetworks", "10.0.0.1/8")]
    [InlineData("CallbackKeys:k1", "no key")]
    [InlineData("RequireSignedCallbackUrl", "yes")]
    [InlineData("AllowAnonymousCalls", "yes")]
    [InlineData("RequiredHeaders:X Key", "v")]
    [InlineData("RequiredHeaders:X-Key", "")]
    [InlineData("BasicCredentials:b", "")]
    [InlineData("ServerConfiguration", "/not/there/config.ini")]
    public async Task Reload_RevokedPasswordAndInvalidGuard_RevokesPassword(string key, string value)
    {
        var configuration = Memory($"{Password}=old");
        await using var receiver = Start(configuration, "GuardsKept", "OptionsRefused");
        await receiver.OutcomeOfAsync(Stranger());

        Set(configuration, $"{Password}=new;WebSoEvents:{key}={value}");

        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:old"))).Should().Be(ReceiveOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:new"))).Should().Be(ReceiveOutcome.Handled);
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("b:"))).Should().Be(ReceiveOutcome.Unauthorized, "an empty password is none");
        receiver.Get().HasKeptGuards.Should().BeTrue();
    }

    // The replacement of the removed guard is misspelled.
    [Theory]
    [InlineData("RequiredHeaders:X-Key=secret", "AllowedNetworks=10.0.0.1/8")]
    [InlineData("BasicCredentials:foo=secret", "AllowedNetworks=10.0.0.1/8")]
    [InlineData("AllowedNetworks=192.0.2.1", "RequiredHeaders:X-Key=")]
    [InlineData("AllowedNetworks=192.0.2.1", "ServerConfiguration=/not/there/config.ini")]
    [InlineData("AllowedNetworks=192.0.2.1", "AllowedNetworks=127.0.0.1/8")]
    [InlineData("RequiredHeaders:X-Key=secret;AllowedNetworks=127.0.0.1", "AllowedNetworks=127.0.0.1;BasicCredentials:foo=")]
    [InlineData("RequiredHeaders:X-Key=secret;RequiredHeaders:Y=secret2", "RequiredHeaders:Y=secret2;RequiredHeaders:Z=")]
    [InlineData("BasicCredentials:foo=secret", "AllowAnonymousCalls=true;AllowedNetworks=10.0.0.1/8")]
    [InlineData("CallbackKeys:k1=" + Key + ";RequireSignedCallbackUrl=true", "CallbackKeys:k1=no key")]
    [InlineData("CallbackKeys:k1=" + Key + ";RequireSignedCallbackUrl=true", "CallbackKeys:k1=" + Key + ";RequireSignedCallbackUrl=yes")]
    [InlineData("CallbackKeys:k1=" + Key + ";RequireSignedCallbackUrl=true", "CallbackKeys:k1=" + Key + ";CallbackSigningKey=k9")]
    [InlineData("RequiredHeaders:X-Key:current=secret", "RequiredHeaders:X-Key:current=")]
    public async Task Reload_InvalidGuard_OpensNothing(string before, string after)
    {
        var configuration = Memory(Prefixed(before));
        await using var receiver = Start(configuration, "GuardsKept", "OptionsRefused");
        (await receiver.OutcomeOfAsync(Caller())).Should().NotBe(ReceiveOutcome.Handled);

        Set(configuration, Prefixed(after), remove: [.. Prefixed(before).Split(';').Select(setting => setting.Split('=')[0])]);

        (await receiver.OutcomeOfAsync(Caller())).Should().NotBe(ReceiveOutcome.Handled);
        receiver.Logs.Messages("GuardsKept").Should().ContainSingle();

        // Sends only the second of two headers.
        static TestRequest Caller() => Stranger().With("Y", "secret2");
    }

    // The new value of a single-value guard applies although another guard is invalid. This test fails for a new option until it is
    // handled.
    [Fact]
    public async Task Reload_OneInvalidGuard_AppliesOthers()
    {
        var state = 1;
        var configuration = Memory("");
        await using var receiver = new TestReceiver(Configure, configuration);
        receiver.Logs.ExpectError("OptionsRefused", "GuardsKept");
        var monitor = receiver.Services.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>();
        monitor.CurrentValue.CallbackPathPrefix.Should().Be("/hooks1");

        state = 2;
        configuration.Reload();

        var now = monitor.CurrentValue;
        (now.CallbackSigningKey, now.CallbackPathPrefix, now.RequireSignedCallbackUrl, now.AllowAnonymousCalls).Should().Be(("k2", "/hooks2", true, true));

        void Configure(WebSoEventsOptions options)
        {
            OptionStates.Fill(options, state);
            if (state == 2)
                options.AllowedNetworks.Add("10.0.0.1/8");
        }
    }

    [Fact]
    public async Task Reload_InvalidPathPrefix_KeepsLastPrefix()
    {
        var configuration = Memory($"WebSoEvents:CallbackKeys:k1={Key};WebSoEvents:RequireSignedCallbackUrl=true;WebSoEvents:CallbackPathPrefix=/hooks");
        await using var receiver = Start(configuration, "GuardsKept");
        var monitor = receiver.Services.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>();
        monitor.CurrentValue.CallbackPathPrefix.Should().Be("/hooks");

        Set(configuration, "WebSoEvents:CallbackPathPrefix=hooks/");

        monitor.CurrentValue.CallbackPathPrefix.Should().Be("/hooks");
    }

    [Fact]
    public async Task Reload_SignatureRequiredWithoutValidKey_StillAcceptsServer()
    {
        var configuration = Memory($"{Password}=secret");
        await using var receiver = Start(configuration, "GuardsKept");
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:secret"))).Should().Be(ReceiveOutcome.Handled);

        Set(configuration, "WebSoEvents:RequireSignedCallbackUrl=true;WebSoEvents:CallbackKeys:k1=no key");

        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:secret"))).Should().Be(ReceiveOutcome.Handled);
        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(ReceiveOutcome.Unauthorized);
    }
}
