using System.Net;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class PlainHttpTests
{
    [Theory]
    [InlineData(false, "203.0.113.9", true)]
    [InlineData(false, "10.0.0.5", true)]
    [InlineData(false, "127.0.0.1", false)]
    [InlineData(false, "::1", false)]
    [InlineData(false, "::ffff:127.0.0.1", false)]
    [InlineData(false, null, false)]
    [InlineData(true, "203.0.113.9", false)]
    [InlineData(null, "203.0.113.9", false)]
    public async Task Receive_SecretOverPlainHttp_WarnsOnce(bool? isHttps, string? from, bool isWarned)
    {
        await using var receiver = new TestReceiver(options => options.RequireHeader("X-Key", "tell-nobody"));

        for (var call = 0; call < 3; call++)
            (await receiver.OutcomeOfAsync(Call(isHttps, from).With("X-Key", "tell-nobody"))).Should().Be(ReceiveOutcome.Handled);

        receiver.Logs.Messages("PlainHttp").Should().HaveCount(isWarned ? 1 : 0);
        receiver.Logs.Text.Should().NotContain("tell-nobody");
    }

    [Fact]
    public async Task Receive_WrongSecretOverPlainHttp_DoesNotWarn()
    {
        await using var receiver = new TestReceiver(options => options.RequireHeader("X-Key", "tell-nobody"));

        await receiver.OutcomeOfAsync(Call(false, "203.0.113.9").With("X-Key", "guess"));

        receiver.Logs.Messages("PlainHttp").Should().BeEmpty("a stranger must not use up the warning, and has no secret to lose");
    }

    [Fact]
    public async Task Receive_NoSecretOverPlainHttp_DoesNotWarn()
    {
        await using var receiver = new TestReceiver(options => options.AllowedNetworks.Add("203.0.113.9"));

        (await receiver.OutcomeOfAsync(Call(false, "203.0.113.9"))).Should().Be(ReceiveOutcome.Handled);

        receiver.Logs.Messages("PlainHttp").Should().BeEmpty();
    }

    private static TestRequest Call(bool? isHttps, string? from) => new(Bodies.StatusChange)
    {
        SentIsHttps = isHttps,
        SentFrom = from is null ? null : IPAddress.Parse(from),
    };
}
