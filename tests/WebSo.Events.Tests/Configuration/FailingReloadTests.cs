using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;
using static WebSo.Events.Tests.Reloads;

namespace WebSo.Events.Tests;

/// <summary>Failing code of the application opens nothing at a reload, and its exceptions reach nobody.</summary>
public sealed class FailingReloadTests
{
    [Fact]
    public async Task Reload_DelegateThrows_KeepsGuardsAndLogsReason()
    {
        var configuration = Memory($"{Header}=secret");
        await using var receiver = new TestReceiver(ThrowIfAsked, configuration);
        receiver.Logs.ExpectError("GuardsKept", "OptionsRefused");
        await receiver.OutcomeOfAsync(Stranger());

        Set(configuration, "Fail=1", remove: Header);

        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(ReceiveOutcome.Unauthorized);
        receiver.Get().HasKeptGuards.Should().BeTrue();
        receiver.Logs.Text.Should().Contain("the vault is away");

        void ThrowIfAsked(WebSoEventsOptions options)
        {
            if (configuration["Fail"] is not null)
                throw new InvalidOperationException("the vault is away");
        }
    }

    // The application can replace lists. Neither their content nor a throwing list makes a reload or a later call throw.
    [Fact]
    public async Task Reload_NullOrThrowingEntries_KeepsGuards()
    {
        foreach (var spoil in NullEntries.Concat(FailingLists))
        {
            var configuration = Memory($"{Header}=secret;{Password}=secret;{Network}=127.0.0.1;WebSoEvents:CallbackKeys:k1={Key}");
            var isSpoiled = false;
            await using var receiver = new TestReceiver(Configure, configuration);
            receiver.Logs.ExpectError("GuardsKept", "OptionsRefused");
            (await receiver.OutcomeOfAsync(Server())).Should().Be(ReceiveOutcome.Handled);

            isSpoiled = true;
            var reload = configuration.Reload;

            reload.Should().NotThrow();
            (await receiver.OutcomeOfAsync(Server())).Should().Be(ReceiveOutcome.Handled);
            (await receiver.OutcomeOfAsync(Stranger())).Should().Be(ReceiveOutcome.Unauthorized);
            receiver.Get().HasKeptGuards.Should().BeTrue();
            receiver.Logs.Messages("GuardsKept").Should().ContainSingle();

            void Configure(WebSoEventsOptions options)
            {
                if (isSpoiled)
                    spoil(options);
            }
        }

        static TestRequest Server() => Stranger().With("X-Key", "secret").WithBasic("foo:secret");
    }

    // Validations of the application also apply at a reload.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reload_ApplicationValidationFails_OpensNothingAndRevokesPassword(bool throws)
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
        receiver.Logs.ExpectError("OptionsRefused", "GuardsKept");
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:old"))).Should().Be(ReceiveOutcome.Handled);

        Set(configuration, $"{Password};WebSoEvents:AllowAnonymousCalls=true");
        (await receiver.OutcomeOfAsync(Stranger())).Should().Be(ReceiveOutcome.Unauthorized);

        Set(configuration, $"{Password}=new");
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:old"))).Should().Be(ReceiveOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:new"))).Should().Be(ReceiveOutcome.Handled);
    }

    // A null is an invalid entry, so the rest of the change applies.
    [Fact]
    public async Task Reload_NullEntryAndRevokedPassword_RevokesPassword()
    {
        foreach (var spoil in NullEntries)
        {
            var configuration = Memory($"{Password}=old");
            await using var receiver = new TestReceiver(Configure, configuration);
            receiver.Logs.ExpectError("GuardsKept");
            (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:old"))).Should().Be(ReceiveOutcome.Handled);

            Set(configuration, $"{Password}=new");

            (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:old"))).Should().Be(ReceiveOutcome.Unauthorized);
            (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:new"))).Should().Be(ReceiveOutcome.Handled);
            receiver.Logs.Messages("GuardsKept").Should().ContainSingle().Which.Should().Contain("WebSoEvents: ");

            void Configure(WebSoEventsOptions options)
            {
                if (configuration[Password] == "new")
                    spoil(options);
            }
        }
    }

    // User-defined names can't be commented out. The other names apply.
    [Fact]
    public async Task Reload_PasswordCommentedOut_RevokesItAndAcceptsNewOne()
    {
        var configuration = Memory($"{Password}=old");
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { }, configuration);
        receiver.Logs.ExpectError("GuardsKept");
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:old"))).Should().Be(ReceiveOutcome.Handled);

        Set(configuration, "WebSoEvents:BasicCredentials:_foo=old;WebSoEvents:BasicCredentials:foo2=new", remove: Password);

        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:old"))).Should().Be(ReceiveOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo2:new"))).Should().Be(ReceiveOutcome.Handled);
        receiver.Logs.Messages("GuardsKept").Should().ContainSingle().Which.Should().Contain("_foo");
    }

    // Both options check the Authorization header. Together, they would refuse everyone until the other guard is corrected.
    [Fact]
    public async Task Reload_UsersReplaceAuthorizationHeaderAndInvalidGuard_UsersApply()
    {
        var configuration = Memory("WebSoEvents:RequiredHeaders:Authorization=Basic Zm9vOm9sZA==");
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { }, configuration);
        receiver.Logs.ExpectError("GuardsKept");
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:old"))).Should().Be(ReceiveOutcome.Handled);

        Set(configuration, $"{Password}=new;WebSoEvents:AllowedNetworks:0=nonsense", remove: "WebSoEvents:RequiredHeaders:Authorization");

        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:old"))).Should().Be(ReceiveOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:new"))).Should().Be(ReceiveOutcome.Handled);
    }

    [Fact]
    public async Task Start_NullEntry_FailsWithName()
    {
        foreach (var spoil in NullEntries)
        {
            await using var receiver = new TestReceiver(spoil);

            receiver.Invoking(invalid => invalid.Get()).Should().Throw<OptionsValidationException>().WithMessage("WebSoEvents: *");
        }
    }

    private static Action<WebSoEventsOptions>[] NullEntries =>
    [
        options => options.AllowedNetworks.Add(null!),
        options => options.RequiredHeaders["X-Null"] = null!,
        options => options.RequiredHeaders["X-Null"] = [null!],
        options => options.BasicCredentials["null"] = null!,
        options => options.BasicCredentials["null"] = [null!],
        options => options.CallbackKeys["null"] = null!,
        options => options.CallbackPathPrefix = null!,
    ];

    private static Action<WebSoEventsOptions>[] FailingLists =>
    [
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
}
