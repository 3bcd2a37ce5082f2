using FluentAssertions;
using Xunit;

namespace WebSo.Events;

/// <summary>The constructor of a sender refuses invalid options.</summary>
public sealed class SenderOptionsTests
{
    [Theory]
    [InlineData("webso_events_url=/relative", "*absolute*")]
    [InlineData("webso_events_url=ftp://host/x", "*absolute*")]
    [InlineData("webso_events_url=https://host/servlet (example URL)", "*contains a space*answered with 400*")]
    [InlineData("webso_events_url=https://host/servlet # production", "*contains a space*")]
    [InlineData("webso_events_url=https://host/größe", "*non-ASCII*")]
    [InlineData("webso_events_url=http://h/x\nwebso_events_keys=a b\nwebso_events_values=c", "*Name 1 in webso_events_keys is not valid*")]
    public void Create_InvalidOptions_Throws(string configuration, string message)
    {
        var create = () => new WebSoEventSender(WebSoServerConfiguration.Parse(configuration));

        create.Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Theory]
    [InlineData("webso_events_url=ftp://host/x?key=s3cret")]
    [InlineData("webso_events_url=https://foo:s3cret@host/a b?key=s3cret#s3cret")]
    [InlineData("webso_events_url=host/x?key=s3cret")]
    [InlineData("webso_events_url=https://host/x?größe=s3cret")]
    [InlineData("webso_events_url=https://host\\x?key=s3cret")]
    [InlineData("webso_events_url=http://h/x\nwebso_events_keys=Authorization: Basic s3cret\nwebso_events_values=c")]
    public void Create_InvalidOptions_ShowsNoSecret(string configuration)
    {
        var create = () => new WebSoEventSender(WebSoServerConfiguration.Parse(configuration));

        create.Should().Throw<ArgumentException>().Which.Message.Should().NotContain("s3cret");
    }

    // A timer does not support longer delays, so the first attempt would throw.
    [Fact]
    public void Create_OptionOutOfRange_NamesOption()
    {
        foreach (var time in new[] { TimeSpan.FromDays(60), TimeSpan.FromDays(1) + TimeSpan.FromTicks(1), Timeout.InfiniteTimeSpan, TimeSpan.MaxValue, TimeSpan.MinValue })
        {
            ShouldBeRefused(new() { AttemptTimeout = time }, "*AttemptTimeout is *. Set a time from 00:00:00.001 to 1.00:00:00.*");
            ShouldBeRefused(new() { SlowRequestDuration = time }, "*SlowRequestDuration is *. Set a time from 00:00:00 to 1.00:00:00.*");
        }

        ShouldBeRefused(new() { AttemptTimeout = TimeSpan.Zero }, "*AttemptTimeout is 00:00:00*");
        ShouldBeRefused(new() { LogCapacity = -1 }, "*LogCapacity is -1*");
        ShouldBeRefused(new() { FaultRate = double.NaN }, "*FaultRate*from 0 to 1*");
        ShouldBeRefused(new() { ContentType = "text/plain\r\nX-Key: forged" }, "*ContentType contains a control character*");

        static void ShouldBeRefused(WebSoEmulatorOptions options, string message)
        {
            var create = () => new WebSoEventSender(WebSoServerConfiguration.Parse(""), options);

            create.Should().Throw<ArgumentException>().WithMessage(message);
        }
    }

    [Fact]
    public void Create_HandlerFollowsRedirects_Throws()
    {
        using var handler = new SocketsHttpHandler();
        var create = () => new WebSoEventSender(WebSoServerConfiguration.Parse(""), new() { Handler = handler });

        create.Should().Throw<ArgumentException>().WithMessage("*AllowAutoRedirect*");
    }
}
