using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;
using static WebSo.Events.Tests.Reloads;

namespace WebSo.Events.Tests;

/// <summary>The start fails if no call can satisfy all guards, because every event would be refused.</summary>
public sealed class ContradictingGuardTests
{
    private const string Authorization = "WebSoEvents:RequiredHeaders:Authorization";

    // Zm9vOmJhcg== is foo:bar, Zm9vOnRva2Vu is foo:token, Zm9vOnNlY3JldA== is foo:secret, Zm9vOvw= is foo:ü in ISO-8859-1.
    [Theory]
    [InlineData("Bearer token", "foo=token", false)]
    [InlineData("Basic Zm9vOmJhcg==", "foo=token", false)]
    [InlineData("Basic Zm9vOmJhcg==", "bar=bar", false)]
    [InlineData("Zm9vOnRva2Vu", "foo=token", false)]
    [InlineData("Basic Zm9vOnNlY3JldA==", "foo=secret", true)]
    [InlineData(" basic  Zm9vOnNlY3JldA== ", "foo=secret", true)]
    [InlineData("Basic Zm9vOvw=", "foo=ü", true)]
    public void Start_AuthorizationHeaderAndUsers_MustMatch(string header, string user, bool starts)
    {
        var start = Refused.StartOf(Memory($"{Authorization.ToLowerInvariant()}={header};WebSoEvents:BasicCredentials:{user}"), services => services.AddWebSoEvents());

        if (starts)
            start.Should().NotThrow();
        else
            start.Should().Throw<OptionsValidationException>().Which.Failures.Should().ContainSingle().Which.Should()
                .StartWith("WebSoEvents: RequiredHeaders['Authorization'] and BasicCredentials contradict each other").And.Contain("Remove one of the two").And.NotContain("Zm9v").And.NotContain("token");
    }

    [Fact]
    public void Start_OneValueMatchesUser_Succeeds() => Refused.StartOf(
        Memory($"{Authorization}:current=Bearer token;{Authorization}:previous=Basic Zm9vOnNlY3JldA==;{Password}:a=old;{Password}:b=secret"),
        services => services.AddWebSoEvents()).Should().NotThrow();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Start_UsersInCodeAndServerConfiguration_MustMatch(bool isSame)
    {
        using var file = new TemporaryFile("webso_events_keys=Authorization\nwebso_events_values=Basic Zm9vOmJhcg=="u8.ToArray());

        foreach (var configuration in new[] { Memory(""), Memory($"WebSoEvents:ServerConfiguration={file.Path}") })
        {
            var start = Refused.StartOf(configuration, services => services.AddWebSoEvents(options =>
            {
                if (options.RequiredHeaders.Count == 0)
                    options.UseServerConfiguration(file.Path);
                options.RequireBasicAuthentication("foo", isSame ? "bar" : "secret");
            }));

            if (isSame)
                start.Should().NotThrow();
            else
                start.Should().Throw<OptionsValidationException>().WithMessage("*contradict each other*config.ini*");
        }
    }

    // A changed user must be accepted. A contradicting header would refuse everyone, even the server.
    [Fact]
    public async Task Reload_AuthorizationContradictsUsers_UsersApply()
    {
        var configuration = Memory($"{Password}=old");
        await using var receiver = Start(configuration, "GuardsKept");
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:old"))).Should().Be(ReceiveOutcome.Handled);

        Set(configuration, $"{Password}=secret;{Authorization}=Bearer token");

        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:secret"))).Should().Be(ReceiveOutcome.Handled);
        (await receiver.OutcomeOfAsync(Stranger().WithBasic("foo:old"))).Should().Be(ReceiveOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(Stranger().With("Authorization", "Bearer token"))).Should().Be(ReceiveOutcome.Unauthorized);
        receiver.Logs.Messages("GuardsKept").Should().ContainSingle().Which.Should().Contain("contradict");
        receiver.Get().HasKeptGuards.Should().BeTrue();
    }

    // No header can contain these characters. They are ignored at the ends of a value, for example if the secret comes from a file.
    [Theory]
    [InlineData("first\nsecond", false)]
    [InlineData("first\rsecond", false)]
    [InlineData("first\0second", false)]
    [InlineData("first\x7Fsecond", false)]
    [InlineData("first\tsecond\r\n", true)]
    public void Start_HeaderValueWithControlCharacter_Fails(string value, bool starts)
    {
        var start = Refused.StartOf(null, services => services.AddWebSoEvents(options => options.RequireHeader("X-Key", "other", value)));

        if (starts)
            start.Should().NotThrow();
        else
            start.Should().Throw<OptionsValidationException>().WithMessage("*RequiredHeaders?'X-Key'? has a value with a line break*").Which.Message.Should().NotContain("first");
    }
}
