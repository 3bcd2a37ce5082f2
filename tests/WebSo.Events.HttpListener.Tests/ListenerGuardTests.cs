using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events;

/// <summary>The guards of a listener, with and without a host.</summary>
public sealed class ListenerGuardTests
{
    private const string Variable = "DOTNET_ENVIRONMENT";

    private static CancellationToken Canceled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "Production")]
    [InlineData("", "Production")]
    [InlineData("Staging", "Staging")]
    [InlineData("Development", null)]
    public async Task Start_NoHostAndNoGuard_UsesEnvironmentVariable(string? value, string? refusedIn)
    {
        var before = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, value);
        try
        {
            var start = async () =>
            {
                await using var listener = WebSoEventListener.Start(Loopback.FreePrefix(), builder => builder.AddHandler<WebSoEvent>("all", (_, _, _) => default));
            };

            if (refusedIn is null)
                await start.Should().NotThrowAsync();
            else
                (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage($"*No guard*'{refusedIn}'*RequireHeader*");
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, before);
        }
    }

    [Fact]
    public async Task Start_HostInProductionWithoutGuard_FailsBeforeListening()
    {
        var prefix = Loopback.FreePrefix();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        builder.Services.AddWebSoEvents().AddHttpListener(prefix);
        using var host = builder.Build();

        var start = () => host.StartAsync(Canceled);

        (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage("*No guard*'Production'*");
        using var stranger = new HttpClient();
        var call = () => stranger.GetAsync(new Uri(prefix), Canceled);
        await call.Should().ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public async Task Call_SecretOverPlainHttpFromAnotherAddress_WarnsOnce()
    {
        var address = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(ip => ip.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(ip));
        Assert.SkipWhen(address is null, "This machine has no address but loopback.");
        var log = new TestLog();
        var prefix = Loopback.FreePrefix().Replace("127.0.0.1", "+", StringComparison.Ordinal);
        await using var listener = WebSoEventListener.Start(prefix, builder => builder.Services
            .AddLogging(logging => logging.AddProvider(log))
            .AddWebSoEvents(options => options.RequireHeader("X-Key", "a-secret-of-16-characters"))
            .AddHandler<WebSoEvent>("all", (_, _, _) => default));
        using var client = new HttpClient { DefaultRequestHeaders = { { "X-Key", "a-secret-of-16-characters" } } };

        for (var call = 0; call < 2; call++)
        {
            var url = new Uri(prefix.Replace("+", address!.ToString(), StringComparison.Ordinal));
            using var response = await client.PostAsync(url, new ByteArrayContent(Encoding.UTF8.GetBytes(Payloads.StatusChange)), Canceled);
            response.StatusCode.Should().Be(HttpStatusCode.OK);
        }

        log.Messages("PlainHttp").Should().ContainSingle();
    }
}
