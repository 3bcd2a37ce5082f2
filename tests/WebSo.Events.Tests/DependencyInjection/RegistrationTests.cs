using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class RegistrationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void ValidateAtStart_HandlerWithMissingService_FailsWithBothNames()
    {
        var services = new ServiceCollection();
        services.AddWebSoEvents().AddHandler<StatusChangeEvent, StatusHandler>();

        var act = () => Start(services);

        act.Should().Throw<OptionsValidationException>().WithMessage("*StatusHandler needs*Journal*AddScoped*");
    }

    [Fact]
    public void ValidateAtStart_DuplicateDelegateName_Fails()
    {
        var services = new ServiceCollection();
        services.AddWebSoEvents("production")
            .AddHandler<StatusChangeEvent>("archive", (_, _, _) => default)
            .AddHandler<RenderReturnEvent>("archive", (_, _, _) => default);

        var act = () => Start(services);

        act.Should().Throw<OptionsValidationException>().WithMessage("*Two handlers have the name 'archive'*");
    }

    [Fact]
    public void ValidateAtStart_TwoTypesForOneEvent_Fails()
    {
        var services = new ServiceCollection();
        services.AddWebSoEvents()
            .AddEventType("ENVELOPE", TestJsonContext.Default.EnvelopeFinishedEvent)
            .AddEventType("ENVELOPE", TestJsonContext.Default.ThrowingEvent);

        var act = () => Start(services);

        act.Should().Throw<OptionsValidationException>().WithMessage("*ENVELOPE already has the type EnvelopeFinishedEvent*");
    }

    [Fact]
    public void ValidateAtStart_CompleteRegistrations_Succeeds()
    {
        var services = new ServiceCollection();
        services.AddSingleton(new Journal());
        services.AddWebSoEvents().AddHandler<StatusChangeEvent, StatusHandler>().AddHandler<RenderReturnEvent>("archive", (_, _, _) => default);
        services.AddWebSoEvents("other").AddHandler<RenderReturnEvent>("archive", (_, _, _) => default);

        Start(services);
    }

    [Fact]
    public void ValidateAtStart_InvalidOptions_Fails()
    {
        var services = new ServiceCollection();
        services.AddWebSoEvents(options => options.MaxBodySize = 1);

        var act = () => Start(services);

        act.Should().Throw<OptionsValidationException>().WithMessage("*MaxBodySize is 1*");
    }

    [Fact]
    public void AddWebSoEvents_CustomSinkRegisteredFirst_KeepsSinkAndValidatesOptions()
    {
        var services = new ServiceCollection();
        var sink = new SinkOfOnesOwn();
        services.AddKeyedSingleton<IEventSink>("production", sink);
        services.AddWebSoEvents("production", options => options.MaxBodySize = 1);

        var act = () => Start(services);

        act.Should().Throw<OptionsValidationException>().WithMessage("*MaxBodySize is 1*");
        services.BuildServiceProvider().GetRequiredKeyedService<IEventSink>("production").Should().BeSameAs(sink);
    }

    [Fact]
    public void AddHandler_DelegateWithoutName_Throws()
    {
        var act = () => new ServiceCollection().AddWebSoEvents().AddHandler<WebSoEvent>("", (_, _, _) => default);

        act.Should().Throw<ArgumentException>().WithParameterName("name");
    }

    [Fact]
    public void AddEventType_DocumentedName_Throws()
    {
        var act = () => new ServiceCollection().AddWebSoEvents().AddEventType("STATUS_CHANGE", TestJsonContext.Default.EnvelopeFinishedEvent);

        act.Should().Throw<ArgumentException>().WithMessage("*STATUS_CHANGE already has the type StatusChangeEvent*");
    }

    [Fact]
    public async Task AddEventType_OfOneEndpoint_ReachesItsHandlersAsCustomType()
    {
        var heard = new List<WebSoEvent>();
        await using var receiver = new TestReceiver(services =>
        {
            services.AddWebSoEvents("new")
                .AddEventType("ENVELOPE_FINISHED", TestJsonContext.Default.EnvelopeFinishedEvent)
                .AddHandler<EnvelopeFinishedEvent>("test", (e, _, _) => Keep(e));
            services.AddWebSoEvents("old").AddHandler<WebSoEvent>("test", (e, _, _) => Keep(e));
        });
        ValueTask Keep(WebSoEvent e)
        {
            heard.Add(e);
            return default;
        }

        const string Body = """{event:"ENVELOPE_FINISHED",envelope_id:7,documents:2}""";
        (await receiver.ReceiveAsync(new TestRequest(Body), "new", Token)).Outcome.Should().Be(ReceiveOutcome.Handled);
        (await receiver.ReceiveAsync(new TestRequest(Body), "old", Token)).Outcome.Should().Be(ReceiveOutcome.Handled);

        heard[0].Should().Be(new EnvelopeFinishedEvent { EnvelopeId = "7", Documents = 2 });
        heard[1].Should().BeOfType<UnknownWebSoEvent>();
    }

    [Fact]
    public async Task Endpoints_Several_AreSeparate()
    {
        var heard = new List<string>();
        await using var receiver = new TestReceiver(services =>
        {
            services.AddWebSoEvents(options => options.RequireHeader("X-Key", "default")).OnEvent(context => heard.Add("default:" + context.EndpointName));
            services.AddWebSoEvents("production", options => options.Filter = "RENDER_RETURN").OnEvent(context => heard.Add("p:" + context.EndpointName));
            services.AddWebSoEvents("Production").OnEvent(context => heard.Add("P:" + context.EndpointName));
        });

        async Task<ReceiveOutcome> SendAsync(string name, string body) => (await receiver.ReceiveAsync(new TestRequest(body), name, Token)).Outcome;
        (await SendAsync("", Bodies.StatusChange)).Should().Be(ReceiveOutcome.Unauthorized);
        (await SendAsync("production", Bodies.StatusChange)).Should().Be(ReceiveOutcome.Filtered);
        (await SendAsync("production", Bodies.RenderReturn)).Should().Be(ReceiveOutcome.Handled);
        (await SendAsync("Production", Bodies.StatusChange)).Should().Be(ReceiveOutcome.Handled);

        heard.Should().Equal("p:production", "P:Production");
    }

    [Theory]
    [InlineData("other", "services.AddWebSoEvents(\"other\")")]
    [InlineData("", "services.AddWebSoEvents()")]
    public async Task Get_EndpointNotAdded_ThrowsWithFix(string name, string line)
    {
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents("production").OnEvent(_ => { }));

        var act = () => receiver.Get(name);

        act.Should().Throw<InvalidOperationException>().WithMessage($"*{line}*");
        receiver.Get("production").Should().BeSameAs(receiver.Get("production"));
    }

    private static void Start(IServiceCollection services)
    {
        using var provider = services.BuildServiceProvider(validateScopes: true);
        provider.GetRequiredService<IStartupValidator>().Validate();
    }

    private sealed class SinkOfOnesOwn : IEventSink
    {
        public ValueTask<Receipt> AcceptAsync(Delivery delivery, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
