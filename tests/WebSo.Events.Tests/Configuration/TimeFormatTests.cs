using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events.Tests;

// TimeSpan.Parse reads 5000 as 5,000 days and 48:00:00 as 48 days. Ambiguous times must be refused.
public sealed class TimeFormatTests
{
    [Theory]
    [InlineData("00:00:05", 5)]
    [InlineData("23:59:59", 86399)]
    [InlineData("00:00:05.25", 5.25)]
    [InlineData("00:00:00.0010000", 0.001)]
    [InlineData("0.00:00:07", 7)]
    [InlineData("1.00:00:00", 86400)]
    [InlineData(" 00:00:05 ", 5)]
    public void Bind_ExactFormat_IsRead(string text, double seconds) =>
        Bind(text).ServerRetryDelay.Should().Be(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("5000", "A number has no unit: write 01:23:20 for 5000 seconds, or 00:00:05 for 5000 milliseconds.")]
    [InlineData("0", "A number has no unit: write 00:00:00 for 0 seconds*")]
    [InlineData("2147483647", "A number has no unit: write 24855.03:14:07*")]
    [InlineData("99999999999999999999", "Write hh:mm:ss, such as 00:00:30, or d.hh:mm:ss, such as 7.00:00:00*")]
    [InlineData("24:00:00", "Hours go up to 23: write 1.00:00:00.")]
    [InlineData("48:00:00", "Hours go up to 23: write 2.00:00:00.")]
    [InlineData("30:15:10.5", "Hours go up to 23: write 1.06:15:10.5.")]
    [InlineData("99999:00:00", "Write hh:mm:ss*")]
    [InlineData("24:00", "Write hh:mm:ss*")]
    [InlineData("5:00", "Write hh:mm:ss*")]
    [InlineData("00:05", "Write hh:mm:ss*")]
    [InlineData("1:00:00", "Write hh:mm:ss*")]
    [InlineData("5000.0", "Write hh:mm:ss*")]
    [InlineData("5 s", "Write hh:mm:ss*")]
    [InlineData("1:00:00:00", "Write hh:mm:ss*")]
    [InlineData("1.24:00:00", "Write hh:mm:ss*")]
    [InlineData("00:60:00", "Write hh:mm:ss*")]
    [InlineData("00:00:05.", "Write hh:mm:ss*")]
    [InlineData("-00:00:05", "Write hh:mm:ss*")]
    [InlineData("infinite", "Write hh:mm:ss*")]
    public void Bind_AnyOtherFormat_IsRefusedWithFix(string text, string fix)
    {
        var bind = () => Bind(text);

        bind.Should().Throw<OptionsValidationException>()
            .Which.Failures.Should().ContainSingle().Which.Should().Match($"WebSoEvents:ServerRetryDelay is '{text}'. {fix}");
    }

    [Theory]
    [InlineData("infinite")]
    [InlineData("Infinite")]
    public void Bind_HandlerTimeoutInfinite_HasNoLimit(string text) =>
        Bind(text, "HandlerTimeout").HandlerTimeout.Should().Be(Timeout.InfiniteTimeSpan);

    [Fact]
    public void Bind_DocumentedMaximum_IsAccepted() => Bind("1.00:00:00", "HandlerTimeout").HandlerTimeout.Should().Be(TimeSpan.FromHours(24));

    private static WebSoEventsOptions Bind(string text, string key = "ServerRetryDelay")
    {
        var configuration = new ConfigurationManager { [$"WebSoEvents:{key}"] = text };
        using var provider = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddWebSoEvents().Services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>().CurrentValue;
    }
}
