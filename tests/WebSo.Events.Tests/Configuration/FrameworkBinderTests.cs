using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events.Tests;

// services.Configure<WebSoEventsOptions>(section) uses the configuration binder, which reads times and secrets differently. Its result is
// still validated.
public sealed class FrameworkBinderTests
{
    [Theory]
    [InlineData("""{"RequiredHeaders":{"X-Key":{"current":""}}}""", "*RequiredHeaders['X-Key'] has no value*")]
    [InlineData("""{"RequiredHeaders":{"X-Key":["secret",""]}}""", "*RequiredHeaders['X-Key'] has no value*")]
    [InlineData("""{"BasicCredentials":{"foo":{"current":""}}}""", "*BasicCredentials['foo'] has no password*")]
    [InlineData("""{"ServerRetryDelay":"5000"}""", "*ServerRetryDelay is 5000.00:00:00. Set a time from*")]
    [InlineData("""{"BodyTimeout":"5000"}""", "*BodyTimeout is 5000.00:00:00. Set a time from*")]
    [InlineData("""{"HandlerTimeout":"48:00:00"}""", "*HandlerTimeout is 48.00:00:00. Set a time from*")]
    [InlineData("""{"AllowedNetworks":[null]}""", "*AllowedNetworks has ''*")]
    [InlineData("""{"Filter":"STATUS_CHANGED"}""", "*Filter has the event 'STATUS_CHANGED'*")]
    public void Start_SectionBoundByConfigurationBinder_IsValidated(string json, string problem)
    {
        var section = Refused.Json($$$"""{"Hooks":{{{json}}}}""").GetSection("Hooks");

        var start = Refused.StartOf(null, services => services.AddWebSoEvents().Services.Configure<WebSoEventsOptions>(section));

        start.Should().Throw<OptionsValidationException>().Which.Failures.Should().ContainSingle().Which.Should().Match(problem);
    }

    // The reason for AddWebSoEvents(section): the configuration binder loses the secret without an error.
    [Fact]
    public void Bind_SecretAsString_IsIgnoredByConfigurationBinderOnly()
    {
        var section = Refused.Json("""{"Hooks":{"RequiredHeaders":{"X-Key":"secret","X-Other":{"current":"secret"}}}}""").GetSection("Hooks");

        OptionsOf(services => services.AddWebSoEvents().Services.Configure<WebSoEventsOptions>(section)).RequiredHeaders.Keys.Should().Equal("X-Other");
        OptionsOf(services => services.AddWebSoEvents(section)).RequiredHeaders.Keys.Should().BeEquivalentTo("X-Key", "X-Other");
    }

    private static WebSoEventsOptions OptionsOf(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        configure(services);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>().CurrentValue;
    }
}
