using System.Net;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events;

// What keeps a listener from starting says what to do.
public sealed class SetupErrorTests
{
    [Fact]
    public void Start_PortInUse_TellsWhatToRun()
    {
        using var other = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var start = () => WebSoEventListener.Start($"http://127.0.0.1:{port}/webso/events/", Nothing);

        start.Should().Throw<WebSoListenerException>()
            .WithMessage($"http://127.0.0.1:{port}/webso/events/*another process*netsh http show servicestate view=requestq*netstat -ano | findstr :{port}*");
    }

    [Fact]
    public async Task Start_PrefixInUse_TellsSo()
    {
        await using var host = ListenerHost.Start(new TestLog(), Nothing);

        var start = () => WebSoEventListener.Start(host.Url + "/", Nothing);

        start.Should().Throw<WebSoListenerException>().WithMessage("*listens on it already*netsh http show servicestate view=requestq*");
    }

    [Fact]
    public void Exception_NoUrlReservation_HoldsTheNetshLine()
    {
        var exception = new WebSoListenerException("http://+:8085/webso/events/", new HttpListenerException(5));

        exception.Message.Should().Contain("netsh http add urlacl url=http://+:8085/webso/events/ user=Everyone");
        exception.Prefix.Should().Be("http://+:8085/webso/events/");
    }

    [Theory]
    [InlineData("http://localhost:8085/webso/events", 1, 0, "The prefix 'http://localhost:8085/webso/events' is none that HttpListener takes: give one as")]
    [InlineData("localhost:8085/", 1, 0, "The prefix 'localhost:8085/' is none that HttpListener takes: give one as")]
    [InlineData("", 1, 0, "The prefix '' is none that HttpListener takes: give one as")]
    [InlineData("http://localhost:8085/", 0, 0, "MaxConcurrentRequests is 0: give a number from 1 to 100000.")]
    [InlineData("http://localhost:8085/", 100_001, 0, "MaxConcurrentRequests is 100001: give a number")]
    [InlineData("http://localhost:8085/", 1, -1, "StopTimeout is -00:00:01: give a time from zero to 1 hour.")]
    [InlineData("http://localhost:8085/", 1, 3601, "StopTimeout is 01:00:01: give a time")]
    public void Start_OptionsNotValid_Fails(string prefix, int maxConcurrentRequests, int stopTimeoutSeconds, string message)
    {
        var start = () => WebSoEventListener.Start(prefix, builder => builder.Services.Configure<WebSoListenerOptions>(options =>
        {
            options.MaxConcurrentRequests = maxConcurrentRequests;
            options.StopTimeout = TimeSpan.FromSeconds(stopTimeoutSeconds);
        }));

        start.Should().Throw<OptionsValidationException>().Which.Message.Should().Contain(message);
    }

    [Fact]
    public void Start_PrefixesCleared_Fails()
    {
        var start = () => WebSoEventListener.Start(ListenerHost.FreePrefix(), builder => builder.Services.PostConfigure<WebSoListenerOptions>(options => options.Prefixes.Clear()));

        start.Should().Throw<OptionsValidationException>().WithMessage("*Prefixes is empty*");
    }

    private static void Nothing(IWebSoEventsBuilder builder) => TestEnvironment.Set(builder.Services, "Development");
}
