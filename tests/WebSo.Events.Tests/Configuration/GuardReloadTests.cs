using System.Text;
using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events.Tests;

/// <summary>A reload never opens an endpoint by accident, and revokes a secret at once.</summary>
public sealed class GuardReloadTests
{
    private const string Key = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";
    private const string Header = "WebSoEvents:RequiredHeaders:X-Key";
    private const string Password = "WebSoEvents:BasicCredentials:foo";
    private const string Network = "WebSoEvents:AllowedNetworks";
    private const string Size = "WebSoEvents:MaxBodySize";

    // The call of the tests comes from loopback, without credentials. Each of these refuses it.
    public static TheoryData<string> EachGuard => new(
        $"{Header}=secret",
        $"{Password}=secret",
        $"{Network}=192.0.2.1",
        $"WebSoEvents:CallbackKeys:k1={Key};WebSoEvents:RequireSignedCallbackUrl=true");

    [Theory]
    [MemberData(nameof(EachGuard))]
    public async Task Reload_LastGuardIsGone_StaysInForce(string settings)
    {
        var configuration = Memory(settings);
        await using var receiver = Start(configuration, "GuardsKept");
        var before = await receiver.OutcomeOfAsync(Stranger());

        Set(configuration, Cleared(settings));

        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(before).And.NotBe(WebSoOutcome.Handled);
        receiver.Logs.Of("GuardsKept").Should().ContainSingle().Which.Should().Contain("No guard is left").And.Contain("AllowAnonymousCalls").And.NotContain("secret of");
        receiver.Get().HasKeptGuards.Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(EachGuard))]
    public async Task Reload_LastGuardIsGoneAndAnotherOptionInvalid_StaysInForce(string settings)
    {
        var configuration = Memory(settings);
        await using var receiver = Start(configuration, "GuardsKept", "OptionsRefused");
        var before = await receiver.OutcomeOfAsync(Stranger());

        Set(configuration, Cleared(settings) + $";{Size}=1");

        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(before).And.NotBe(WebSoOutcome.Handled);
    }

    [Theory]
    [MemberData(nameof(EachGuard))]
    public async Task Reload_LastGuardIsGoneAndAnonymousCallsAllowed_Opens(string settings)
    {
        var configuration = Memory(settings);
        await using var receiver = Start(configuration);
        await receiver.OutcomeOfAsync(Stranger());

        Set(configuration, Cleared(settings) + ";WebSoEvents:AllowAnonymousCalls=true");

        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(WebSoOutcome.Handled);
        receiver.Get().HasKeptGuards.Should().BeFalse();
    }

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    public async Task Reload_OnlyANetworkOfEverything_IsNoGuard(string everything)
    {
        var configuration = Memory($"{Header}=secret");
        await using var receiver = Start(configuration, "GuardsKept");
        await receiver.OutcomeOfAsync(Stranger());

        Set(configuration, $"{Network}={everything}", remove: Header);

        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(WebSoOutcome.Unauthorized);
    }

    [Fact]
    public async Task Reload_ConfigurationFileMovedAway_StaysClosed()
    {
        using var file = new TemporaryFile(Encoding.UTF8.GetBytes("""{"WebSoEvents":{"BasicCredentials":{"foo":"secret"}}}"""));
        var configuration = new ConfigurationBuilder().AddJsonFile(file.Path, optional: true, reloadOnChange: true).Build();
        using var disposal = (IDisposable)configuration;
        await using var receiver = Start(configuration, "GuardsKept");
        await receiver.OutcomeOfAsync(Stranger());
        var reloaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watch = receiver.Services.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>().OnChange((_, _) => reloaded.TrySetResult());

        File.Move(file.Path, file.Path + ".away");
        await reloaded.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(WebSoOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:secret"))).Should().Be(WebSoOutcome.Handled);
        File.Delete(file.Path + ".away");
    }

    [Theory]
    [InlineData("webso_events_url=https://host/")]
    [InlineData("")]
    [InlineData("webso_events_keys=X-Key,Y\nwebso_events_values=secret")]
    public async Task Reload_KeysOfTheServerConfigurationAreGone_StaysClosed(string changed)
    {
        using var file = new TemporaryFile("webso_events_keys=X-Key\nwebso_events_values=secret"u8.ToArray());
        var configuration = Memory("WebSoEvents:ServerConfiguration=" + file.Path);
        await using var receiver = Start(configuration, "GuardsKept", "OptionsRefused");
        await receiver.OutcomeOfAsync(Stranger());

        await File.WriteAllTextAsync(file.Path, changed, TestContext.Current.CancellationToken);
        configuration.Reload();

        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(WebSoOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(Stranger().With("X-Key", "secret"))).Should().Be(WebSoOutcome.Handled);
        receiver.Logs.Of("GuardsKept").Should().ContainSingle();
    }

    // Filter and retry delay come from that file, too.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reload_ServerConfigurationCannotBeRead_KeepsAllThatCameFromIt(bool hasOtherGuard)
    {
        using var file = new TemporaryFile("webso_events_keys=X-Key\nwebso_events_values=secret\nwebso_events_retry=3000"u8.ToArray());
        var configuration = Memory("WebSoEvents:ServerConfiguration=" + file.Path + (hasOtherGuard ? $";{Password}=secret" : ""));
        await using var receiver = Start(configuration, "GuardsKept", "OptionsRefused");
        var monitor = receiver.Services.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>();
        var before = monitor.CurrentValue.ServerRetryDelay;

        File.Delete(file.Path);
        configuration.Reload();

        monitor.CurrentValue.ServerRetryDelay.Should().Be(before).And.Be(TimeSpan.FromSeconds(3));
        receiver.Logs.Of("OptionsRefused").Should().ContainSingle().Which.Should().Contain("WebSoEvents:ServerConfiguration");
        receiver.Logs.Of("GuardsKept").Should().ContainSingle();
        receiver.Get().HasKeptGuards.Should().BeTrue();
    }

    [Fact]
    public async Task Reload_GivenSectionIsGone_KeepsAllThatCameFromIt()
    {
        var configuration = Memory("Hooks:BasicCredentials:foo=secret;Hooks:Filter=USER_FINISH");
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents(configuration.GetSection("Hooks")).Hear(_ => { }));
        receiver.Logs.ExpectedErrors.UnionWith(["GuardsKept", "OptionsRefused"]);
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.RenderReturn).WithBasic("foo:secret"))).Should().Be(WebSoOutcome.Filtered);

        Set(configuration, "Hooks:BasicCredentials:foo;Hooks:Filter");

        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.RenderReturn).WithBasic("foo:secret"))).Should().Be(WebSoOutcome.Filtered);
        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(WebSoOutcome.Unauthorized);
    }

    // The guard that was meant is not known to have no new value: what it was stays in force. A misspelled key of another option touches no guard.
    [Theory]
    [InlineData("BasicCredential:foo=new", true)]
    [InlineData("BasicCredentialss:foo=new", true)]
    [InlineData("Filters=USER_FINISH", false)]
    [InlineData("AllowXyzzyNetwork=x", false)]
    public async Task Reload_UnknownKey_IsAProblemOfTheGuardsWhereItIsNearOne(string unknown, bool isOfGuards)
    {
        var configuration = Memory($"{Header}=secret;{Password}=secret");
        await using var receiver = Start(configuration, "GuardsKept", "OptionsRefused");
        await receiver.OutcomeOfAsync(Stranger());

        Set(configuration, $"WebSoEvents:{unknown}", remove: Password);

        receiver.Logs.Of(isOfGuards ? "GuardsKept" : "OptionsRefused").Should().ContainSingle().Which.Should().Contain("is not a known key");
        receiver.Logs.Of(isOfGuards ? "OptionsRefused" : "GuardsKept").Should().BeEmpty();
        receiver.Get().HasKeptGuards.Should().Be(isOfGuards);
        var header = new TestRequest(Bodies.StatusChange).With("X-Key", "secret");
        (await receiver.OutcomeOfAsync(header)).Should().Be(isOfGuards ? WebSoOutcome.Unauthorized : WebSoOutcome.Handled);
    }

    // An empty list in JSON looks the same as an empty text.
    [Fact]
    public async Task Reload_NetworksEmptied_RestrictNobodyWhereAnotherGuardIsLeft()
    {
        var configuration = Memory($"{Network}=192.0.2.1;{Password}=secret");
        await using var receiver = Start(configuration, "GuardsKept");
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:secret"))).Should().Be(WebSoOutcome.Forbidden);

        Set(configuration, $"{Network}=");
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:secret"))).Should().Be(WebSoOutcome.Handled);

        Set(configuration, $"{Network}=192.0.2.1", remove: Password);
        Set(configuration, $"{Network}=");
        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(WebSoOutcome.Forbidden, "no other guard is left");
    }

    [Fact]
    public async Task Reload_OneGuardOfTwoIsLeft_AppliesAtOnce()
    {
        var configuration = Memory($"{Header}=secret;{Password}=secret");
        await using var receiver = Start(configuration);
        await receiver.OutcomeOfAsync(Stranger());

        Set(configuration, "", remove: Header);

        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:secret"))).Should().Be(WebSoOutcome.Handled);
        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(WebSoOutcome.Unauthorized);
        receiver.Get().HasKeptGuards.Should().BeFalse();
    }

    [Fact]
    public async Task Reload_RevokedPasswordAndAnotherOptionInvalid_RevokesItAndKeepsTheOtherOptions()
    {
        var configuration = Memory($"{Password}=old;{Size}=1000");
        await using var receiver = Start(configuration, "OptionsRefused");
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:old"))).Should().Be(WebSoOutcome.Handled);

        Set(configuration, $"{Password}=new;{Size}=1;WebSoEvents:Filter=USER_FINISH");

        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:old"))).Should().Be(WebSoOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:new"))).Should().Be(WebSoOutcome.Handled, "the filter keeps its last valid value");
        (await receiver.OutcomeOfAsync(new TestRequest(new byte[1001]).WithBasic("foo:new"))).Should().Be(WebSoOutcome.BodyTooLarge);
        receiver.Logs.Of("OptionsRefused").Should().ContainSingle().Which.Should().Contain("MaxBodySize is 1");
        receiver.Get().HasKeptGuards.Should().BeFalse();
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
    public async Task Reload_RevokedPasswordAndAGuardInvalid_RevokesIt(string key, string value)
    {
        var configuration = Memory($"{Password}=old");
        await using var receiver = Start(configuration, "GuardsKept", "OptionsRefused");
        await receiver.OutcomeOfAsync(Stranger());

        Set(configuration, $"{Password}=new;WebSoEvents:{key}={value}");

        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:old"))).Should().Be(WebSoOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:new"))).Should().Be(WebSoOutcome.Handled);
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("b:"))).Should().Be(WebSoOutcome.Unauthorized, "an empty password is none");
        receiver.Get().HasKeptGuards.Should().BeTrue();
    }

    // What was to replace the guard that is taken away has a typo.
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
    public async Task Reload_AGuardInvalid_OpensNothing(string before, string after)
    {
        var configuration = Memory(Prefixed(before));
        await using var receiver = Start(configuration, "GuardsKept", "OptionsRefused");
        (await receiver.OutcomeOfAsync(Caller())).Should().NotBe(WebSoOutcome.Handled);

        Set(configuration, Prefixed(after), remove: [.. Prefixed(before).Split(';').Select(setting => setting.Split('=')[0])]);

        (await receiver.OutcomeOfAsync(Caller())).Should().NotBe(WebSoOutcome.Handled);
        receiver.Logs.Of("GuardsKept").Should().ContainSingle();

        // Knows the second of two headers, and no more.
        static TestRequest Caller() => Stranger().With("Y", "secret2");
    }

    [Fact]
    public async Task Reload_Corrected_IsInForceAndHealthy()
    {
        var configuration = Memory($"{Header}=secret");
        await using var receiver = Start(configuration, "GuardsKept");
        await receiver.OutcomeOfAsync(Stranger());
        Set(configuration, "", remove: Header);
        receiver.Get().HasKeptGuards.Should().BeTrue();

        Set(configuration, $"{Header}=new");

        receiver.Get().HasKeptGuards.Should().BeFalse();
        (await receiver.OutcomeOfAsync(Stranger().With("X-Key", "secret"))).Should().Be(WebSoOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(Stranger().With("X-Key", "new"))).Should().Be(WebSoOutcome.Handled);
    }

    [Fact]
    public async Task Reload_SameStateTwice_IsLoggedOnce()
    {
        var configuration = Memory($"{Header}=secret");
        await using var receiver = Start(configuration, "GuardsKept");
        await receiver.OutcomeOfAsync(Stranger());

        Set(configuration, "", remove: Header);
        configuration.Reload();
        using var scope = receiver.Services.CreateScope();
        scope.ServiceProvider.GetRequiredService<IOptionsSnapshot<WebSoEventsOptions>>().Value.RequiredHeaders.Should().ContainKey("X-Key");

        receiver.Logs.Of("GuardsKept").Should().ContainSingle();
    }

    [Fact]
    public async Task Reload_AnonymousCallsNoLongerAllowedAndNoGuard_IsAnError()
    {
        var configuration = Memory("WebSoEvents:AllowAnonymousCalls=true");
        await using var receiver = Start(configuration, "GuardsKept");
        await receiver.OutcomeOfAsync(Stranger());

        Set(configuration, "WebSoEvents:AllowAnonymousCalls=false");

        receiver.Get().HasKeptGuards.Should().BeTrue("nothing could take its place");
        receiver.Logs.Of("GuardsKept").Should().ContainSingle();
    }

    [Fact]
    public async Task Reload_DelegateThrows_KeepsTheGuardsAndSaysWhy()
    {
        var configuration = Memory($"{Header}=secret");
        await using var receiver = new TestReceiver(ThrowIfAsked, configuration);
        receiver.Logs.ExpectedErrors.UnionWith(["GuardsKept", "OptionsRefused"]);
        await receiver.OutcomeOfAsync(Stranger());

        Set(configuration, "Fail=1", remove: Header);

        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(WebSoOutcome.Unauthorized);
        receiver.Get().HasKeptGuards.Should().BeTrue();
        receiver.Logs.All.Should().Contain("the vault is away");

        void ThrowIfAsked(WebSoEventsOptions options)
        {
            if (configuration["Fail"] is not null)
                throw new InvalidOperationException("the vault is away");
        }
    }

    // Lists are the application's to fill: nothing in them, nor a list that fails, makes a reload or a later call throw.
    [Fact]
    public async Task Reload_NullOrFailingEntries_KeepTheGuards()
    {
        foreach (var spoil in Spoils)
        {
            var configuration = Memory($"{Header}=secret;{Password}=secret;{Network}=127.0.0.1;WebSoEvents:CallbackKeys:k1={Key}");
            var isSpoiled = false;
            await using var receiver = new TestReceiver(Configure, configuration);
            receiver.Logs.ExpectedErrors.UnionWith(["GuardsKept", "OptionsRefused"]);
            (await receiver.OutcomeOfAsync(Server())).Should().Be(WebSoOutcome.Handled);

            isSpoiled = true;
            var reload = configuration.Reload;

            reload.Should().NotThrow();
            (await receiver.OutcomeOfAsync(Server())).Should().Be(WebSoOutcome.Handled);
            (await receiver.OutcomeOfAsync(Stranger())).Should().Be(WebSoOutcome.Unauthorized);
            receiver.Get().HasKeptGuards.Should().BeTrue();
            receiver.Logs.Of("GuardsKept").Should().ContainSingle();

            void Configure(WebSoEventsOptions options)
            {
                if (isSpoiled)
                    spoil(options);
            }
        }

        static TestRequest Server() => Stranger().With("X-Key", "secret").WithBasic("foo:secret");
    }

    private static Action<WebSoEventsOptions>[] Spoils =>
    [
        options => options.AllowedNetworks.Add(null!),
        options => options.RequiredHeaders["X-Null"] = null!,
        options => options.RequiredHeaders["X-Null"] = [null!],
        options => options.BasicCredentials["null"] = null!,
        options => options.BasicCredentials["null"] = [null!],
        options => options.CallbackKeys["null"] = null!,
        options => options.CallbackPathPrefix = null!,
        options => options.RequiredHeaders["X-Failing"] = new FailingList(),
        options => options.BasicCredentials["failing"] = new FailingList(),
    ];

    private sealed class FailingList : System.Collections.ObjectModel.Collection<string>
    {
        public FailingList()
            : base(new FailingStrings())
        {
        }

        private sealed class FailingStrings : List<string>, IList<string>
        {
            int ICollection<string>.Count => throw new InvalidOperationException("the list is away");
        }
    }

    // Each option is a guard, or keeps its last valid value. A new one fails here until someone decides.
    [Fact]
    public async Task Reload_AnotherOptionInvalid_AppliesGuardsAndNothingElse()
    {
        var guards = new HashSet<string>
        {
            "RequiredHeaders", "BasicCredentials", "AllowedNetworks", "CallbackKeys", "CallbackSigningKey", "CallbackPathPrefix",
            "RequireSignedCallbackUrl", "AllowAnonymousCalls",
        };
        var state = 1;
        var configuration = Memory("");
        await using var receiver = new TestReceiver(options => Fill(options, state), configuration);
        receiver.Logs.ExpectedErrors.Add("OptionsRefused");
        var monitor = receiver.Services.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>();
        monitor.CurrentValue.MaxBodySize.Should().Be(1000);

        state = 2;
        configuration.Reload();

        var (first, second) = (new WebSoEventsOptions(), new WebSoEventsOptions());
        Fill(first, 1);
        Fill(second, 2);
        foreach (var property in typeof(WebSoEventsOptions).GetProperties())
        {
            property.GetValue(first).Should().NotBeEquivalentTo(property.GetValue(second), "Fill sets {0}", property.Name);
            property.GetValue(monitor.CurrentValue).Should().BeEquivalentTo(property.GetValue(guards.Contains(property.Name) ? second : first), property.Name);
        }
    }

    // Of each guard that has one value, the new one applies although another guard is invalid. A new option fails here until it does.
    [Fact]
    public async Task Reload_OneGuardInvalid_AppliesEveryOther()
    {
        var state = 1;
        var configuration = Memory("");
        await using var receiver = new TestReceiver(Configure, configuration);
        receiver.Logs.ExpectedErrors.UnionWith(["OptionsRefused", "GuardsKept"]);
        var monitor = receiver.Services.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>();
        monitor.CurrentValue.CallbackPathPrefix.Should().Be("/hooks1");

        state = 2;
        configuration.Reload();

        var now = monitor.CurrentValue;
        (now.CallbackSigningKey, now.CallbackPathPrefix, now.RequireSignedCallbackUrl, now.AllowAnonymousCalls).Should().Be(("k2", "/hooks2", true, true));

        void Configure(WebSoEventsOptions options)
        {
            Fill(options, state);
            if (state == 2)
                options.AllowedNetworks.Add("10.0.0.1/8");
        }
    }

    [Fact]
    public async Task Reload_PathPrefixInvalid_KeepsTheLastOne()
    {
        var configuration = Memory($"WebSoEvents:CallbackKeys:k1={Key};WebSoEvents:RequireSignedCallbackUrl=true;WebSoEvents:CallbackPathPrefix=/hooks");
        await using var receiver = Start(configuration, "GuardsKept");
        var monitor = receiver.Services.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>();
        monitor.CurrentValue.CallbackPathPrefix.Should().Be("/hooks");

        Set(configuration, "WebSoEvents:CallbackPathPrefix=hooks/");

        monitor.CurrentValue.CallbackPathPrefix.Should().Be("/hooks");
    }

    [Fact]
    public async Task Reload_SignaturesDemandedWithoutAValidKey_StillLetsTheServerIn()
    {
        var configuration = Memory($"{Password}=secret");
        await using var receiver = Start(configuration, "GuardsKept");
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:secret"))).Should().Be(WebSoOutcome.Handled);

        Set(configuration, "WebSoEvents:RequireSignedCallbackUrl=true;WebSoEvents:CallbackKeys:k1=no key");

        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:secret"))).Should().Be(WebSoOutcome.Handled);
        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(WebSoOutcome.Unauthorized);
    }

    // What the application demands of the options holds at a reload, too.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reload_ValidationOfTheApplicationFails_OpensNothingAndRevokes(bool throws)
    {
        var configuration = Memory($"{Password}=old");
        await using var receiver = new TestReceiver(
            services =>
            {
                services.AddWebSoEvents().AddHandler<WebSoEvent>("handle", (_, _, _) => default);
                services.AddOptions<WebSoEventsOptions>().Validate(
                    options => !options.AllowAnonymousCalls || (throws && options.BasicCredentials["main"].Count > 0), "Never open.");
            },
            configuration);
        receiver.Logs.ExpectedErrors.UnionWith(["OptionsRefused", "GuardsKept"]);
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:old"))).Should().Be(WebSoOutcome.Handled);

        Set(configuration, $"{Password};WebSoEvents:AllowAnonymousCalls=true");
        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(WebSoOutcome.Unauthorized);

        Set(configuration, $"{Password}=new");
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:old"))).Should().Be(WebSoOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:new"))).Should().Be(WebSoOutcome.Handled);
    }

    // The body size of the second state is not valid.
    private static void Fill(WebSoEventsOptions options, int state)
    {
        options.RequireHeader($"X-{state}", $"secret{state}");
        options.RequireBasicAuthentication($"user{state}", $"secret{state}");
        options.AllowedNetworks.Add($"192.0.2.{state}");
        options.CallbackKeys[$"k{state}"] = Key;
        foreach (var property in typeof(WebSoEventsOptions).GetProperties().Where(property => property.SetMethod is { IsPublic: true }))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            property.SetValue(options, property.Name switch
            {
                "Filter" => state == 1 ? "USER_FINISH" : "RENDER_RETURN",
                "CallbackSigningKey" => $"k{state}",
                "CallbackPathPrefix" => $"/hooks{state}",
                "MaxBodySize" => state == 1 ? 1000 : 1,
                _ when type == typeof(int) => 1000 * state,
                _ when type == typeof(bool) => state == 2,
                _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(10 * state),
                _ => throw new NotSupportedException($"Give {property.Name} a value here."),
            });
        }
    }

    private static TestReceiver Start(IConfiguration configuration, params string[] errors)
    {
        var receiver = new TestReceiver((WebSoEventsOptions _) => { }, configuration);
        receiver.Logs.ExpectedErrors.UnionWith(errors);
        return receiver;
    }

    private static TestRequest Stranger() => new(Bodies.StatusChange);

    private static string Prefixed(string settings) => string.Join(';', settings.Split(';').Select(setting => "WebSoEvents:" + setting));

    // The keys alone: what Set removes.
    private static string Cleared(string settings) => string.Join(';', settings.Split(';').Select(setting => setting.Split('=')[0]));

    private static IConfigurationRoot Memory(string settings)
    {
        var configuration = new ConfigurationBuilder().Add(new ChangingConfiguration()).Build();
        Set(configuration, settings);
        return configuration;
    }

    // A key without '=' is removed, as are those given to be.
    private static void Set(IConfigurationRoot configuration, string settings, params string[] remove)
    {
        var provider = (ChangingConfiguration)configuration.Providers.Single();
        foreach (var key in remove)
            provider.Remove(key);
        foreach (var setting in settings.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=', 2)))
        {
            if (setting.Length == 2)
                provider.Set(setting[0], setting[1]);
            else
                provider.Remove(setting[0]);
        }

        configuration.Reload();
    }
}
