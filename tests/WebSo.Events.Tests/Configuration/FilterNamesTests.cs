using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class FilterNamesTests
{
    [Theory]
    [InlineData("STATUS_CHANGED", "WebSoEvents: Filter has the event 'STATUS_CHANGED', which the endpoint does not know. Did you mean STATUS_CHANGE?*AddEventType*")]
    [InlineData("USER_FINISH,status_change", "WebSoEvents: Filter has the event 'status_change'*Did you mean STATUS_CHANGE? Event names are case-sensitive.*")]
    [InlineData("USER_FINISH;RENDER_RETURN", "WebSoEvents: Filter has the event 'USER_FINISH;RENDER_RETURN'*")]
    public void Start_UnknownNameInFilter_FailsWithNearestName(string filter, string problem)
    {
        var start = Refused.StartOf(null, services => services.AddWebSoEvents(options => options.Filter = filter));

        start.Should().Throw<OptionsValidationException>().Which.Failures.Should().ContainSingle().Which.Should().Match(problem);
    }

    [Fact]
    public void Start_NameOfAddedEventType_IsValidOnlyAtItsEndpoint()
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

    // The server applies the filter. An outdated copy would drop events that were added later, with a 200 response.
    [Theory]
    [InlineData("webso_events_filter=STATUS_CHANGED")]
    [InlineData("webso_events_filter=STATUS_CHANGE")]
    public void Start_FilterInServerConfiguration_IsIgnored(string filter)
    {
        using var file = new TemporaryFile(System.Text.Encoding.UTF8.GetBytes(filter));

        var options = OptionsOf($$$"""{"ServerConfiguration":"{{{file.Path}}}"}""");
        var inCode = new WebSoEventsOptions { Filter = "USER_FINISH" };
        inCode.UseServerConfiguration(file.Path);

        (options.Filter, inCode.Filter).Should().Be((null, "USER_FINISH"));
        ("webso_events_filter=" + WebSoServerConfiguration.Read(file.Path).Filter).Should().Be(filter);
    }

    // Adding to the value of the file would keep the old value valid.
    [Fact]
    public void Bind_KeysInSection_ReplaceServerConfiguration()
    {
        using var file = new TemporaryFile("webso_events_retry=3000\nwebso_events_keys=X-Key,X-Other\nwebso_events_values=leaked,kept"u8.ToArray());

        var options = OptionsOf($$$"""{"ServerConfiguration":"{{{file.Path}}}","ServerRetryDelay":"00:00:07","RequiredHeaders":{"x-key":{"current":"new","next":"newer"} } }""");

        options.ServerRetryDelay.Should().Be(TimeSpan.FromSeconds(7));
        options.RequiredHeaders["X-Key"].Should().BeEquivalentTo("new", "newer");
        options.RequiredHeaders["X-Other"].Should().Equal("kept");
    }

    // Requiring both in one header would refuse the old and the new password.
    [Fact]
    public async Task Receive_UsersInSection_ReplaceAuthorizationOfServerConfiguration()
    {
        using var file = new TemporaryFile("webso_events_keys=authorization,X-Other\nwebso_events_values=Basic Zm9vOm9sZA==,kept"u8.ToArray());
        var configuration = Refused.Json($$$"""{"WebSoEvents":{"ServerConfiguration":"{{{file.Path}}}","BasicCredentials":{"foo":{"current":"new","next":"newer"} } } }""");
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { }, configuration);

        var outcomes = new List<ReceiveOutcome>();
        foreach (var pair in new[] { "foo:new", "foo:newer", "foo:old" })
            outcomes.Add(await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).With("X-Other", "kept").WithBasic(pair)));

        outcomes.Should().Equal(ReceiveOutcome.Handled, ReceiveOutcome.Handled, ReceiveOutcome.Unauthorized);
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).WithBasic("foo:new"))).Should().Be(ReceiveOutcome.Unauthorized, "other headers of the file still count");
    }

    // In code, both are set explicitly.
    [Fact]
    public async Task Receive_UsersInCode_AreRequiredInAdditionToServerConfiguration()
    {
        using var file = new TemporaryFile("webso_events_keys=Authorization\nwebso_events_values=Basic Zm9vOmJhcg=="u8.ToArray());
        await using var receiver = new TestReceiver(options =>
        {
            options.UseServerConfiguration(file.Path);
            options.RequireBasicAuthentication("foo", "bar", "new");
        });

        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).WithBasic("foo:bar"))).Should().Be(ReceiveOutcome.Handled);
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).WithBasic("foo:new"))).Should().Be(ReceiveOutcome.Unauthorized);
    }

    private static WebSoEventsOptions OptionsOf(string section)
    {
        using var provider = new ServiceCollection()
            .AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(Refused.Json($$$"""{"WebSoEvents":{{{section}}}}"""))
            .AddWebSoEvents().Services.BuildServiceProvider();
        return provider.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>().CurrentValue;
    }
}
