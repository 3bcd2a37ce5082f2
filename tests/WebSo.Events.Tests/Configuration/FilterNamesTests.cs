using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class FilterNamesTests
{
    [Theory]
    [InlineData("STATUS_CHANGED", "WebSoEvents: Filter has the event 'STATUS_CHANGED', which the endpoint does not know. Did you mean STATUS_CHANGE?*AddEventType*")]
    [InlineData("USER_FINISH,status_change", "WebSoEvents: Filter has the event 'status_change'*Did you mean STATUS_CHANGE? Upper and lower case differ.*")]
    [InlineData("USER_FINISH;RENDER_RETURN", "WebSoEvents: Filter has the event 'USER_FINISH;RENDER_RETURN'*")]
    public void Start_NameThatNoEventHas_IsRefusedWithTheNearest(string filter, string problem)
    {
        var start = Refused.StartOf(null, services => services.AddWebSoEvents(options => options.Filter = filter));

        start.Should().Throw<OptionsValidationException>().Which.Failures.Should().ContainSingle().Which.Should().Match(problem);
    }

    [Fact]
    public void Start_NameOfAnAddedEventType_IsTakenAtItsEndpointOnly()
    {
        void Configure(IServiceCollection services, string other)
        {
            services.AddWebSoEvents("a", options => options.Filter = "ENVELOPE").AddEventType("ENVELOPE", TestJsonContext.Default.EnvelopeFinishedEvent);
            services.AddWebSoEvents("b", options => options.Filter = other);
        }

        Refused.StartOf(null, services => Configure(services, "USER_FINISH")).Should().NotThrow();
        Refused.StartOf(null, services => Configure(services, "ENVELOPE")).Should().Throw<OptionsValidationException>()
            .Which.Failures.Should().ContainSingle().Which.Should().Match("WebSoEvents:Endpoints:b: Filter has the event 'ENVELOPE'*");
    }

    [Fact]
    public void Start_FilterOfTheServersFile_IsCheckedToo()
    {
        using var file = new TemporaryFile("webso_events_filter=STATUS_CHANGED"u8.ToArray());

        var start = Refused.StartOf(null, services => services.AddWebSoEvents(options => options.UseServerConfiguration(file.Path)));

        start.Should().Throw<OptionsValidationException>().WithMessage("*'STATUS_CHANGED'*");
    }

    [Fact]
    public void Bind_KeysBesideTheServersFile_HaveTheLastWord()
    {
        using var file = new TemporaryFile("webso_events_filter=STATUS_CHANGE\nwebso_events_retry=3000\nwebso_events_keys=X-Key\nwebso_events_values=a"u8.ToArray());
        var configuration = Refused.Json($$$"""
            {"WebSoEvents":{"ServerConfiguration":"{{{file.Path}}}","Filter":"USER_FINISH","ServerRetryDelay":"00:00:07","RequiredHeaders":{"X-Key":"b"} } }
            """);
        using var provider = new ServiceCollection().AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(configuration)
            .AddWebSoEvents().Services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>().CurrentValue;

        (options.Filter, options.ServerRetryDelay).Should().Be(("USER_FINISH", TimeSpan.FromSeconds(7)));
        options.RequiredHeaders["X-Key"].Should().BeEquivalentTo("a", "b");
    }
}
