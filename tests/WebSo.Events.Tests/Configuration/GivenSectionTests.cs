using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class GivenSectionTests
{
    private const string Webhooks = """
        {"Webhooks":{"WebSo":{"Filter":"USER_FINISH","RequiredHeaders":{"X-Key":"secret"},"BodyTimeout":"00:00:10","AllowedNetworks":[]}},"WebSoEvents":{"Filters":"x"}}
        """;

    [Fact]
    public void AddWebSoEvents_Section_ReplacesDefaultSection()
    {
        var options = OptionsOf(services => services.AddWebSoEvents(Refused.Json(Webhooks).GetSection("Webhooks:WebSo"), options => options.Filter += ",RENDER_RETURN"));

        options.Filter.Should().Be("USER_FINISH,RENDER_RETURN");
        options.RequiredHeaders["X-Key"].Should().Equal("secret");
        options.BodyTimeout.Should().Be(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void AddWebSoEvents_NameAndSection_AppliesToThatEndpoint()
    {
        var configuration = Refused.Json(Webhooks);

        var options = OptionsOf(services => services.AddWebSoEvents("production", configuration.GetSection("Webhooks:WebSo")), "production");

        options.Filter.Should().Be("USER_FINISH");
    }

    [Theory]
    [InlineData("""{"Hooks":{"Filters":"x"}}""", "Hooks:Filters is not a known key*")]
    [InlineData("""{"Hooks":{"BodyTimeout":"5"}}""", "Hooks:BodyTimeout is '5'. A number has no unit*")]
    [InlineData("""{"Hooks":{"MaxBodySize":"1"}}""", "Hooks: MaxBodySize is 1*")]
    [InlineData("""{"Hooks":{"Filter":"STATUS_CHANGED"}}""", "Hooks: Filter has the event 'STATUS_CHANGED'*")]
    [InlineData("""{"Hooks":{"Endpoints":{"a":{}}}}""", "Hooks:Endpoints is not a known key*")]
    [InlineData("""{"Hook":{"Filter":"USER_FINISH"}}""", "The section Hooks, which was passed to AddWebSoEvents, does not exist*")]
    public void Start_ProblemInSection_FailsWithPath(string json, string problem)
    {
        var configuration = Refused.Json(json);

        var problems = Refused.ProblemsOf(configuration, services => services.AddWebSoEvents(configuration.GetSection("Hooks")));

        problems.Should().ContainSingle().Which.Should().Match(problem);
    }

    // The section has a name similar to WebSoEvents, and the other endpoint uses WebSoEvents.
    [Fact]
    public void Start_SectionWithSimilarName_IsNotReportedAsMisspelled()
    {
        var configuration = Refused.Json("""
            {"WebSoEvent":{"Filter":"USER_FINISH"},"WebSoEvents":{"Endpoints":{"a":{"Filter":"USER_FINISH"},"b":{"Filter":"USER_FINISH"}}}}
            """);

        var start = Refused.StartOf(configuration, services =>
        {
            services.AddWebSoEvents(configuration.GetSection("WebSoEvent"));
            services.AddWebSoEvents("a");
            services.AddWebSoEvents("other", configuration.GetSection("WebSoEvents:Endpoints:b"));
        });

        start.Should().NotThrow();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AddWebSoEvents_CalledAgainWithoutSection_KeepsSection(bool sectionFirst)
    {
        var section = Refused.Json(Webhooks).GetSection("Webhooks:WebSo");

        var options = OptionsOf(services => _ = sectionFirst
            ? services.AddWebSoEvents(section).Services.AddWebSoEvents()
            : services.AddWebSoEvents().Services.AddWebSoEvents(section));

        options.Filter.Should().Be("USER_FINISH");
    }

    [Fact]
    public void AddWebSoEvents_TwoSectionsForOneEndpoint_Throws()
    {
        var configuration = Refused.Json("""{"A":{"Filter":"USER_FINISH"},"B":{"Filter":"USER_FINISH"}}""");

        var add = () => new ServiceCollection().AddWebSoEvents(configuration.GetSection("A")).Services.AddWebSoEvents(configuration.GetSection("B"));

        add.Should().Throw<InvalidOperationException>().WithMessage("AddWebSoEvents was called with the section B for the default endpoint, which already has the section A*");
    }

    [Fact]
    public async Task Reload_CustomSection_TakesEffect()
    {
        var configuration = new ConfigurationManager { ["Hooks:Filter"] = "STATUS_CHANGE" };
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents(configuration.GetSection("Hooks")).OnEvent(_ => { }));
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.RenderReturn))).Should().Be(ReceiveOutcome.Filtered);

        configuration["Hooks:Filter"] = "RENDER_RETURN";
        ((IConfigurationRoot)configuration).Reload();

        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.RenderReturn))).Should().Be(ReceiveOutcome.Handled);
    }

    private static WebSoEventsOptions OptionsOf(Action<IServiceCollection> configure, string name = "")
    {
        var services = new ServiceCollection();
        configure(services);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>().Get(name);
    }
}
