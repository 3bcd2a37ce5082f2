using System.Text;
using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class CredentialTests
{
    [Theory]
    [InlineData("X-Key", "old", ReceiveOutcome.Handled)]
    [InlineData("x-key", "new", ReceiveOutcome.Handled)]
    [InlineData("X-Key", " new ", ReceiveOutcome.Handled)]
    [InlineData("X-Key", "New", ReceiveOutcome.Unauthorized)]
    [InlineData("X-Key", "ne", ReceiveOutcome.Unauthorized)]
    [InlineData("X-Key", "newer", ReceiveOutcome.Unauthorized)]
    [InlineData("X-Key", "", ReceiveOutcome.Unauthorized)]
    [InlineData("X-Other", "new", ReceiveOutcome.Unauthorized)]
    internal async Task RequireHeader_SeveralValues_AcceptsEach(string name, string value, ReceiveOutcome outcome)
    {
        await using var receiver = new TestReceiver(options => options.RequireHeader("X-Key", "old", "new"));

        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).With(name, value))).Should().Be(outcome);
    }

    [Fact]
    public async Task RequireHeader_SentTwice_Refuses()
    {
        await using var receiver = new TestReceiver(options => options.RequireHeader("X-Key", "secret"));

        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).With("X-Key", "secret", "secret"))).Should().Be(ReceiveOutcome.Unauthorized);
    }

    [Fact]
    public async Task RequireHeader_TwoHeaders_RequiresBoth()
    {
        await using var receiver = new TestReceiver(options =>
        {
            options.RequireHeader("user", "foo");
            options.RequireHeader("password", "bar");
        });

        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).With("user", "foo"))).Should().Be(ReceiveOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).With("password", "bar"))).Should().Be(ReceiveOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).With("user", "foo").With("password", "bar"))).Should().Be(ReceiveOutcome.Handled);
    }

    [Theory]
    [InlineData("foo:bar", ReceiveOutcome.Handled)]
    [InlineData("foo:b:r", ReceiveOutcome.Handled)]
    [InlineData("foo:pässword", ReceiveOutcome.Handled)]
    [InlineData("foo:baz", ReceiveOutcome.Unauthorized)]
    [InlineData("Foo:bar", ReceiveOutcome.Unauthorized)]
    [InlineData("foo", ReceiveOutcome.Unauthorized)]
    [InlineData("", ReceiveOutcome.Unauthorized)]
    internal async Task RequireBasic_PairInUtf8OrLatin1_IsCompared(string pair, ReceiveOutcome outcome)
    {
        await using var receiver = new TestReceiver(options => options.RequireBasicAuthentication("foo", "bar", "b:r", "pässword"));

        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).WithBasic(pair))).Should().Be(outcome);
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).WithBasic(pair, Encoding.Latin1))).Should().Be(outcome);
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).WithBasic(pair, scheme: "bASIC   "))).Should().Be(outcome);
    }

    [Theory]
    [InlineData("Bearer Zm9vOmJhcg==")]
    [InlineData("Zm9vOmJhcg==")]
    [InlineData("BasicZm9vOmJhcg==")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic Zm9vOmJhcg")]
    [InlineData("Basic !!!!")]
    [InlineData("Basic foo:bar")]
    [InlineData("")]
    public async Task RequireBasic_WrongSchemeOrBase64_IsRefused(string authorization)
    {
        await using var receiver = new TestReceiver(options => options.RequireBasicAuthentication("foo", "bar"));

        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).With("Authorization", authorization))).Should().Be(ReceiveOutcome.Unauthorized);
    }

    [Fact]
    public async Task RequireBasic_HeaderTwice_IsRefused()
    {
        await using var receiver = new TestReceiver(options => options.RequireBasicAuthentication("foo", "bar"));

        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).WithBasic("foo:bar").WithBasic("foo:bar"))).Should().Be(ReceiveOutcome.Unauthorized);
    }

    [Fact]
    public async Task RequireBasic_PasswordNotInLatin1_RefusesQuestionMarks()
    {
        await using var receiver = new TestReceiver(options => options.RequireBasicAuthentication("foo", "日本語"));

        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).WithBasic("foo:???"))).Should().Be(ReceiveOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).WithBasic("foo:日本語"))).Should().Be(ReceiveOutcome.Handled);
    }

    [Fact]
    public async Task RequireBoth_OnlyOneSent_Refuses()
    {
        await using var receiver = new TestReceiver(options =>
        {
            options.RequireBasicAuthentication("foo", "bar");
            options.RequireHeader("X-Key", "secret");
        });

        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).WithBasic("foo:bar"))).Should().Be(ReceiveOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).With("X-Key", "secret"))).Should().Be(ReceiveOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).WithBasic("foo:bar").With("X-Key", "secret"))).Should().Be(ReceiveOutcome.Handled);
    }

    [Fact]
    public async Task RequireHeader_ChangedInConfiguration_TakesEffectWithoutRestart()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["WebSoEvents:RequiredHeaders:X-Key:current"] = "old" })
            .Build();
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { }, configuration);
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).With("X-Key", "old"))).Should().Be(ReceiveOutcome.Handled);

        configuration["WebSoEvents:RequiredHeaders:X-Key:current"] = "new";
        configuration.Reload();

        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).With("X-Key", "old"))).Should().Be(ReceiveOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).With("X-Key", "new"))).Should().Be(ReceiveOutcome.Handled);
    }

    [Theory]
    [InlineData(true, "Basic *")]
    [InlineData(false, "Header *")]
    public async Task Receive_WrongCredentials_ReturnsChallenge(bool basic, string challenge)
    {
        await using var receiver = new TestReceiver(options =>
        {
            if (basic)
                options.RequireBasicAuthentication("foo", "bar");
            else
                options.RequireHeader("X-Key", "secret");
        });

        var receipt = await receiver.ReceiveAsync(new TestRequest(Bodies.StatusChange), cancellationToken: TestContext.Current.CancellationToken);

        (receipt.StatusCode, receipt.HeaderName).Should().Be((401, "WWW-Authenticate"));
        receipt.HeaderValue.Should().Match(challenge);
    }
}
