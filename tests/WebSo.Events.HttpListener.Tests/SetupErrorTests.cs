using System.Net;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events;

// A failed start names the cause and the fix.
public sealed class SetupErrorTests
{
    [Fact]
    public void Start_PortInUse_NamesCommandsToRun()
    {
        using var other = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var start = () => WebSoEventListener.Start($"http://127.0.0.1:{port}/webso/events/", Nothing);

        start.Should().Throw<IOException>()
            .WithMessage($"Cannot listen on http://127.0.0.1:{port}/webso/events/: another process*netsh http show servicestate view=requestq*netstat -ano | findstr :{port}*");
    }

    [Fact]
    public async Task Start_PrefixInUse_NamesCause()
    {
        await using var host = ListenerHost.Start(new TestLog(), Nothing);

        var start = () => WebSoEventListener.Start(host.Url + "/", Nothing);

        start.Should().Throw<IOException>().WithMessage("*this process already listens on it*dispose a listener*");
    }

    // The error codes of http.sys, Linux, macOS, and Windows sockets.
    [Theory]
    [InlineData(5, "no URL reservation*netsh http add urlacl url=http://+:8085/webso/events/ user=Everyone")]
    [InlineData(13, "is not allowed to use the port*below 1024*CAP_NET_BIND_SERVICE")]
    [InlineData(10013, "is not allowed to use the port*below 1024*CAP_NET_BIND_SERVICE")]
    [InlineData(32, "another process uses the port*netstat -ano | findstr :8085*ss -ltnp sport = :8085")]
    [InlineData(98, "another process uses the port")]
    [InlineData(48, "another process uses the port")]
    [InlineData(10048, "another process uses the port")]
    [InlineData(183, "already listens on it*netsh http show servicestate")]
    [InlineData(50, "not a name or an address of this machine")]
    [InlineData(99, "not a name or an address of this machine")]
    [InlineData(1214, "not a name or an address of this machine")]
    [InlineData(87, "Windows does not accept the prefix")]
    [InlineData(4711, "(error 4711)")]
    public void Describe_ErrorCode_NamesCauseAndFix(int code, string message)
    {
        var description = ListenerStartFailure.Describe("http://+:8085/webso/events/", new HttpListenerException(code));

        description.Should().Match($"Cannot listen on http://+:8085/webso/events/: *{message}*");
    }

    [Theory]
    [InlineData("http://192.0.2.1:8085/")]
    [InlineData("http://no-such-host.invalid:8085/")]
    public void Start_HostOfAnotherMachine_NamesCause(string prefix)
    {
        var start = () => WebSoEventListener.Start(prefix, Nothing);

        start.Should().Throw<IOException>().WithMessage("*its host is not a name or an address of this machine. Use '+'*");
    }

    [Theory]
    [InlineData("http://localhost:8085/webso/events", "A prefix starts with http:// and ends with a slash, for example")]
    [InlineData("localhost:8085/", "A prefix starts with http://")]
    [InlineData("ftp://localhost:8085/", "A prefix starts with http://")]
    [InlineData("http:///webso/", "A prefix starts with http://")]
    [InlineData("", "A prefix starts with http://")]
    [InlineData("https://localhost:8085/", "HTTPS only on Windows*reverse proxy*WebSo.Events.AspNetCore")]
    [InlineData("http://localhost:0/", "the port must be a number from 1 to 65535")]
    [InlineData("http://localhost:65536/", "the port must be a number from 1 to 65535")]
    [InlineData("http://localhost:/", "the port must be a number from 1 to 65535")]
    [InlineData("http://my host:8085/", "'my host' is neither a host name nor an IP address. Use '+'")]
    [InlineData("http://user@host:8085/", "'user@host' is neither a host name nor an IP address")]
    [InlineData("http://0.0.0.0:8085/", "does not support the address 0.0.0.0. Use '+'")]
    [InlineData("http://[::1]:8085/", "IPv6 addresses only on Windows")]
    [InlineData("http://localhost:8085/a%20b/", "percent-encoded character")]
    [InlineData("http://localhost:8085/a//b/", "empty segment")]
    [InlineData("http://localhost:8085/a?b=/", "can't have a query or a fragment")]
    public void Start_InvalidPrefix_NamesProblem(string prefix, string message)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows supports HTTPS and IPv6");
        var start = () => WebSoEventListener.Start(prefix, Nothing);

        start.Should().Throw<OptionsValidationException>().WithMessage($"*The prefix '{prefix}' is not valid*{message}*");
    }

    [Theory]
    [InlineData("localhost", LogLevel.Warning)]
    [InlineData("127.0.0.1", LogLevel.Information)]
    [InlineData("+", null)]
    [InlineData("*", null)]
    public async Task Start_PrefixForOneHost_WarnsAboutOtherNames(string host, LogLevel? level)
    {
        var log = new TestLog();
        var prefix = Loopback.FreePrefix().Replace("127.0.0.1", host, StringComparison.Ordinal);
        await using var listener = WebSoEventListener.Start(prefix, builder => builder.Services
            .Configure<WebSoEventsOptions>(options => options.AllowAnonymousCalls = true)
            .AddLogging(logging => logging.AddProvider(log)));

        var lines = log.Entries.Where(entry => entry.EventName == "HostOnlyPrefix").ToList();

        lines.Select(line => (LogLevel?)line.Level).Should().Equal(level is null ? [] : [level]);
        lines.Where(line => !line.Message.Contains($"names '{host}'")).Should().BeEmpty();
    }

    // Other machines can call, and no guard prevents it.
    [Theory]
    [InlineData("+", "Development", "", 1)]
    [InlineData("*", "Development", "", 1)]
    [InlineData("127.0.0.1", "Development", "", 0)]
    [InlineData("localhost", "Development", "", 0)]
    [InlineData("+", "Development", "RequireHeader", 0)]
    [InlineData("+", "Development", "AllowAnonymousCalls", 1)]
    [InlineData("+", "Production", "AllowAnonymousCalls", 0)]
    public async Task Start_InDevelopmentOnEveryNetwork_WarnsOnce(string host, string environment, string setting, int lines)
    {
        var log = new TestLog();
        await using var listener = StartOn(host, environment, log, options =>
        {
            options.AllowAnonymousCalls = setting == "AllowAnonymousCalls";
            if (setting == "RequireHeader")
                options.RequireHeader("X-Key", "a-secret-of-16-characters");
        });

        log.Messages("OpenToNetwork").Should().HaveCount(lines);
        log.Messages("OpenToNetwork").Where(line => !line.Contains($"http://{host}:") || !line.Contains("Listen on localhost")).Should().BeEmpty();
    }

    [Theory]
    [InlineData("127.0.0.1", "192.0.2.7", 1)]
    [InlineData("localhost", "10.0.0.0/8,2001:db8::/32", 1)]
    [InlineData("127.0.0.1", "10.0.0.0/8,127.0.0.0/8", 0)]
    [InlineData("127.0.0.1", "127.0.0.5", 0)]
    [InlineData("127.0.0.1", "::1", 0)]
    [InlineData("127.0.0.1", "", 0)]
    [InlineData("+", "192.0.2.7", 0)]
    public async Task Start_LoopbackExcludedByAllowedNetworks_Warns(string host, string networks, int lines)
    {
        var log = new TestLog();
        await using var listener = StartOn(host, "Development", log, options =>
        {
            foreach (var network in networks.Split(',', StringSplitOptions.RemoveEmptyEntries))
                options.AllowedNetworks.Add(network);
        });

        log.Messages("LoopbackExcluded").Should().HaveCount(lines);
    }

    [Theory]
    [InlineData(0, 0, "MaxConcurrentRequests is 0. Set a number from 1 to 100000.")]
    [InlineData(100_001, 0, "MaxConcurrentRequests is 100001. Set a number")]
    [InlineData(1, -1, "DrainTimeout is -00:00:01. Set a time from 00:00:00 to 01:00:00")]
    [InlineData(1, 3601, "DrainTimeout is 01:00:01. Set a time")]
    public void Start_OptionsNotValid_Fails(int maxConcurrentRequests, int drainTimeoutSeconds, string message)
    {
        var start = () => WebSoEventListener.Start("http://localhost:8085/", builder => builder.Services.Configure<WebSoListenerOptions>(options =>
        {
            options.MaxConcurrentRequests = maxConcurrentRequests;
            options.DrainTimeout = TimeSpan.FromSeconds(drainTimeoutSeconds);
        }));

        start.Should().Throw<OptionsValidationException>().Which.Message.Should().Contain(message);
    }

    [Fact]
    public void Start_NoPrefixes_Fails()
    {
        var start = () => WebSoEventListener.Start(Loopback.FreePrefix(), builder => builder.Services.PostConfigure<WebSoListenerOptions>(options => options.Prefixes.Clear()));

        start.Should().Throw<OptionsValidationException>().WithMessage("*Prefixes is empty*");
    }

    // Uses two prefixes, which still cause one warning.
    private static WebSoEventListener StartOn(string host, string environment, TestLog log, Action<WebSoEventsOptions> configure)
    {
        string Prefix() => Loopback.FreePrefix().Replace("127.0.0.1", host, StringComparison.Ordinal);
        return WebSoEventListener.Start(Prefix(), builder =>
        {
            TestEnvironment.Set(builder.Services, environment);
            builder.AddHttpListener(Prefix());
            builder.Services.Configure(configure).AddLogging(logging => logging.AddProvider(log));
        });
    }

    private static void Nothing(IWebSoEventsBuilder builder) => TestEnvironment.Set(builder.Services, "Development");
}
