using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace WebSo.Events.Tests;

/// <summary>Checks of an endpoint before it receives calls.</summary>
public sealed class EntryPointTests
{
    private const string Key = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";

    [Fact]
    public async Task Verify_NoGuardInProduction_ShowsFixesAsCode()
    {
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents("x").OnEvent(_ => { }));
        var entryPoint = Add(receiver, new(receiver.Get("x")));

        entryPoint.Invoking(point => point.Verify()).Should().Throw<OptionsValidationException>().WithMessage(
            "*endpoint 'x'*'Production'*services.AddWebSoEvents(\"x\", options => options.RequireHeader(\"X-Webso-Key\", secret))*options.RequireBasicAuthentication("
            + "*options.AllowedNetworks.Add(\"192.0.2.7\")*options.AllowAnonymousCalls = true*DOTNET_ENVIRONMENT*");
    }

    [Theory]
    [InlineData("RequiredHeaders:X-Key=a-secret-of-16-characters", true)]
    [InlineData("BasicCredentials:foo=a-secret-of-16-characters", true)]
    [InlineData("CallbackKeys:k1=" + Key + ";RequireSignedCallbackUrl=true", true)]
    [InlineData("CallbackKeys:k1=" + Key, false)]
    [InlineData("AllowedNetworks=192.0.2.7", true)]
    [InlineData("AllowedNetworks:0=10.0.0.0/8;AllowedNetworks:1=2001:db8::/32", true)]
    [InlineData("AllowedNetworks=0.0.0.0/1", true)]
    [InlineData("AllowedNetworks=", false)]
    [InlineData("AllowedNetworks=0.0.0.0/0", false)]
    [InlineData("AllowedNetworks=::/0", false)]
    [InlineData("AllowedNetworks=::ffff:0.0.0.0/96", false)]
    [InlineData("AllowedNetworks:0=10.0.0.0/8;AllowedNetworks:1=0.0.0.0/0", false)]
    [InlineData("AllowedNetworks:0=10.0.0.0/8;AllowedNetworks:1=::/0", false)]
    [InlineData("AllowedNetworks:0=0.0.0.0/1;AllowedNetworks:1=128.0.0.0/1", false)]
    [InlineData("AllowedNetworks:0=0.0.0.0/1;AllowedNetworks:1=10.0.0.0/8;AllowedNetworks:2=128.0.0.0/2;AllowedNetworks:3=192.0.0.0/2", false)]
    [InlineData("AllowedNetworks:0=0.0.0.0/1;AllowedNetworks:1=0.0.0.0/1;AllowedNetworks:2=0.0.0.0/2;AllowedNetworks:3=64.0.0.0/2", true)]
    [InlineData("AllowedNetworks:0=::/1;AllowedNetworks:1=8000::/1", false)]
    [InlineData("AllowAnonymousCalls=true", true)]
    [InlineData("Filter=USER_FINISH", false)]
    public async Task TryVerify_InProduction_NeedsGuardThatExcludesCallers(string settings, bool isVerified)
    {
        await using var receiver = Create(settings, "SetupRefused");
        var entryPoint = Add(receiver, new(receiver.Get()));

        entryPoint.TryVerify().Should().Be(isVerified);

        receiver.Logs.Messages("SetupRefused").Should().HaveCount(isVerified ? 0 : 1);
        receiver.Logs.Messages("NoCredentials").Should().HaveCount(settings.StartsWith("AllowAnonymous", StringComparison.Ordinal) ? 1 : 0);
    }

    [Theory]
    [InlineData("Development", false, true)]
    [InlineData("development", false, true)]
    [InlineData("Staging", false, false)]
    [InlineData("Staging", true, true)]
    public async Task TryVerify_NoGuard_PassesOnlyInDevelopmentOrWithPolicy(string environment, bool isAuthorized, bool isVerified)
    {
        await using var receiver = Create("", "SetupRefused");
        var entryPoint = Add(receiver, new(receiver.Get()) { Environment = environment, IsAuthorizedElsewhere = isAuthorized });

        entryPoint.TryVerify().Should().Be(isVerified);

        receiver.Logs.Messages("NoGuardYet").Should().HaveCount(environment.Equals("Development", StringComparison.OrdinalIgnoreCase) ? 1 : 0);
        receiver.Logs.Messages("NoCredentials").Should().BeEmpty();
    }

    [Fact]
    public async Task TryVerify_Refused_LogsOnceAndStaysRefused()
    {
        await using var receiver = Create("AllowAnonymousCalls=true", "SetupRefused");
        var entryPoint = Add(receiver, new(receiver.Get()) { Problem = "The adapter found something." });

        for (var call = 0; call < 3; call++)
            entryPoint.TryVerify().Should().BeFalse();

        receiver.Logs.Messages("SetupRefused").Should().ContainSingle().Which.Should().Contain("The adapter found something.");
        entryPoint.Checks.Should().Be(1);
    }

    [Theory]
    [InlineData("/webso/events", "/WEBSO/events", "", "other", false)]
    [InlineData("/webso/events", "/webso/events", "", "", false)]
    [InlineData("/webso/events", "/webso/events2", "", "other", true)]
    [InlineData("/webso/events", "/webso/events2", "", "", true)]
    public async Task Verify_DuplicateAddress_Fails(string one, string two, string nameOfOne, string nameOfTwo, bool isVerified)
    {
        await using var receiver = new TestReceiver(services =>
        {
            services.AddWebSoEvents(options => options.AllowAnonymousCalls = true).OnEvent(_ => { });
            services.AddWebSoEvents("other", options => options.AllowAnonymousCalls = true).OnEvent(_ => { });
        });
        Add(receiver, new(receiver.Get(nameOfOne)) { SentAddresses = [one] });
        var entryPoint = Add(receiver, new(receiver.Get(nameOfTwo)) { SentAddresses = ["/more", two] });

        if (isVerified)
            entryPoint.Invoking(point => point.Verify()).Should().NotThrow();
        else
            entryPoint.Invoking(point => point.Verify()).Should().Throw<OptionsValidationException>().WithMessage("*is mapped twice, for the default endpoint and for*");
    }

    [Fact]
    public async Task Start_WithEntryPoints_ChecksThem()
    {
        await using var receiver = Create("");
        Add(receiver, new(receiver.Get()));

        receiver.Invoking(r => r.Services.GetRequiredService<IStartupValidator>().Validate()).Should().Throw<OptionsValidationException>().WithMessage("*No guard*");
    }

    [Fact]
    public async Task Start_UnmappedEndpoint_WarnsOnce()
    {
        await using var receiver = new TestReceiver(services =>
        {
            foreach (var name in new[] { "", "mapped", "forgotten" })
                services.AddWebSoEvents(name, options => options.AllowAnonymousCalls = true).OnEvent(_ => { });
        });
        Add(receiver, new(receiver.Get("mapped")));

        receiver.Services.GetRequiredService<IStartupValidator>().Validate();
        receiver.Logs.Messages("NotMapped").Should().BeEmpty("a web server may map its routes while it starts");
        receiver.Time.Advance(TimeSpan.FromSeconds(30));
        var warnings = receiver.Logs.Messages("NotMapped").ToList();
        receiver.Services.GetRequiredService<EventReceiverProvider>().WarnOfUnmapped();

        warnings.Should().HaveCount(2)
            .And.Contain(line => line.Contains("the endpoint 'forgotten'") && line.Contains("MapWebSoEvents(\"/webso/events\", name: \"forgotten\")"))
            .And.Contain(line => line.Contains("the default endpoint") && line.Contains("MapWebSoEvents(\"/webso/events\")"));
        receiver.Logs.Messages("NotMapped").Should().Equal(warnings);
    }

    // The timer can fire while the services are being disposed. An exception there would end the process.
    [Fact]
    public async Task Start_StoppedBeforeMappingTimeout_DoesNotThrow()
    {
        var receiver = new TestReceiver(services => services.AddSingleton<ClockAtDisposal>()
            .AddWebSoEvents(options => options.AllowAnonymousCalls = true).OnEvent(_ => { }));
        receiver.Services.GetRequiredService<IStartupValidator>().Validate();
        receiver.Services.GetRequiredService<ClockAtDisposal>();

        var stop = async () => await receiver.DisposeAsync();

        await stop.Should().NotThrowAsync();
    }

    [Theory]
    [InlineData("BasicCredentials:foo=bar", "BasicCredentials['foo']")]
    [InlineData("BasicCredentials:foo:current=a-secret-of-16-characters;BasicCredentials:foo:previous=fifteen-letters", "BasicCredentials['foo']")]
    [InlineData("BasicCredentials:foo=sixteen-letters.", null)]
    [InlineData("RequiredHeaders:X-Key=secret", "RequiredHeaders['X-Key']")]
    [InlineData("RequiredHeaders:user=foo;RequiredHeaders:password=bar", "RequiredHeaders['password'], RequiredHeaders['user']")]
    [InlineData("RequiredHeaders:user=foo;RequiredHeaders:password=a-secret-of-16-characters", null)]
    [InlineData("RequiredHeaders:Authorization=Basic Zm9vLWFuZC1tb3JlOmJhcg==", "RequiredHeaders['Authorization']")]
    [InlineData("RequiredHeaders:Authorization=Bearer secret-of-the-token", null)]
    [InlineData("RequiredHeaders:Authorization=Bearer of-14-letters", "RequiredHeaders['Authorization']")]
    public async Task Verify_ShortSecret_LogsNameWithoutSecret(string settings, string? names)
    {
        await using var receiver = Create(settings);

        Add(receiver, new(receiver.Get())).Verify();

        var lines = receiver.Logs.Messages("ShortSecret").ToList();
        lines.Should().HaveCount(names is null ? 0 : 1);
        if (names is not null)
            lines[0].Should().Contain(names).And.NotContain("bar").And.NotContain("fifteen").And.NotContain("Zm9v");
    }

    [Fact]
    public async Task Verify_TwoEntryPointsOfOneEndpoint_WarnsOnce()
    {
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents(options => options.AllowAnonymousCalls = true));
        var points = new[] { Add(receiver, new(receiver.Get()) { SentAddresses = ["/a"] }), Add(receiver, new(receiver.Get()) { SentAddresses = ["/b"] }) };

        foreach (var point in points)
            point.Verify();

        receiver.Logs.Messages("NoCredentials").Should().ContainSingle();
        receiver.Logs.Messages("NoHandler").Should().ContainSingle().Which.Should().Contain("AddHandler");
    }

    private static TestEntryPoint Add(TestReceiver receiver, TestEntryPoint entryPoint)
    {
        receiver.Services.GetRequiredService<EventReceiverProvider>().Add(entryPoint);
        return entryPoint;
    }

    private static TestReceiver Create(string settings, params string[] errors)
    {
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager();
        foreach (var setting in settings.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=', 2)))
            configuration["WebSoEvents:" + setting[0]] = setting[1];
        var receiver = new TestReceiver((WebSoEventsOptions _) => { }, configuration);
        receiver.Logs.ExpectError(errors);
        return receiver;
    }

    private sealed class ClockAtDisposal(TimeProvider time) : IDisposable
    {
        public void Dispose() => ((FakeTimeProvider)time).Advance(TimeSpan.FromSeconds(30));
    }
}
