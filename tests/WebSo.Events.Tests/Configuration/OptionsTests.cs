using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class OptionsTests
{
    public static TheoryData<string, string> Invalid => new()
    {
        { "MaxBodySize=255", "*WebSoEvents: MaxBodySize is 255: give bytes from 256 to 16777216*" },
        { "MaxBodySize=16777217", "*MaxBodySize is 16777217*" },
        { "MaxBodySize=64k", "*WebSoEvents:MaxBodySize is '64k'. Write a whole number*" },
        { "BodyTimeout=00:00:00", "*BodyTimeout is 00:00:00: give a time from 1 ms to 1 hour*" },
        { "BodyTimeout=01:00:01", "*BodyTimeout is 01:00:01*" },
        { "BodyTimeout=soon", "*WebSoEvents:BodyTimeout is 'soon'. Write a time as hh:mm:ss*" },
        { "HandlerTimeout=-00:00:01", "*HandlerTimeout is -00:00:01: give a time from 1 ms to 24 hours*" },
        { "HandlerTimeout=1.00:00:01", "*HandlerTimeout is 1.00:00:01*" },
        { "ServerRetryDelay=-00:00:01", "*ServerRetryDelay is -00:00:01*" },
        { "BodyTimeout=-00:00:01", "*BodyTimeout is -00:00:01*" },
        { "HandlerTimeout=00:00:00", "*HandlerTimeout is 00:00:00*" },
        { "HandlerTimeout=soon", "*WebSoEvents:HandlerTimeout is 'soon'. Write a time as hh:mm:ss*" },
        { "ServerRetryDelay=soon", "*WebSoEvents:ServerRetryDelay is 'soon'. Write a time as hh:mm:ss*" },
        { "MaxQueryLength=long", "*WebSoEvents:MaxQueryLength is 'long'. Write a whole number*" },
        { "ServerConfiguration=/not/there/config.ini", "*WebSoEvents:ServerConfiguration is '/not/there/config.ini': *Give the path of the server's config.ini*" },
        { "RequiredHeaders:X Key=secret", "*RequiredHeaders has the name 'X Key', which is no name of an HTTP header: give letters, digits and hyphens*" },
        { "RequiredHeaders:X-Key=", "*RequiredHeaders?'X-Key'? has no value, or an empty one*" },
        { "RequiredHeaders:X-Key:0=", "*RequiredHeaders?'X-Key'? has no value, or an empty one*" },
        { "BasicCredentials:foo=", "*BasicCredentials?'foo'? has no password, or an empty one*" },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task Get_InvalidSetting_SaysWhatToGive(string setting, string message)
    {
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { }, Configure("WebSoEvents:" + setting));

        var act = () => receiver.Get();

        act.Should().Throw<OptionsValidationException>().WithMessage(message);
    }

    public static TheoryData<string, string> InvalidInCode => new()
    {
        { "", "*BasicCredentials has the user ''*" },
        { "a:b", "*BasicCredentials has the user 'a:b'*" },
    };

    [Theory]
    [MemberData(nameof(InvalidInCode))]
    public async Task Get_InvalidUser_SaysWhatAUserIs(string user, string message)
    {
        await using var receiver = new TestReceiver(options => options.RequireBasicAuthentication(user, "tell-nobody"));

        var act = () => receiver.Get();

        act.Should().Throw<OptionsValidationException>().WithMessage(message).Which.Message.Should().NotContain("tell-nobody");
    }

    [Fact]
    public async Task Get_NullListOfSecrets_IsRefused()
    {
        await using var receiver = new TestReceiver(options => options.RequiredHeaders["X-Key"] = null!);

        var act = () => receiver.Get();

        act.Should().Throw<OptionsValidationException>().WithMessage("*X-Key*");
    }

    [Fact]
    public async Task Monitor_AllSettings_AreBound()
    {
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { }, Configure(
            "WebSoEvents:Filter=USER_FINISH",
            "WebSoEvents:MaxBodySize=1024",
            "WebSoEvents:BodyTimeout=00:00:10",
            "WebSoEvents:HandlerTimeout=00:00:20",
            "WebSoEvents:ServerRetryDelay=00:00:05",
            "WebSoEvents:RequiredHeaders:X-Key=one",
            "WebSoEvents:RequiredHeaders:X-Keys:0=a",
            "WebSoEvents:RequiredHeaders:X-Keys:1=b",
            "WebSoEvents:BasicCredentials:foo:0=bar"));

        var options = OptionsOf(receiver);

        (options.Filter, options.MaxBodySize).Should().Be(("USER_FINISH", 1024));
        (options.BodyTimeout, options.HandlerTimeout).Should().Be((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)));
        options.ServerRetryDelay.Should().Be(TimeSpan.FromSeconds(5));
        options.RequiredHeaders["x-key"].Should().Equal("one");
        options.RequiredHeaders["X-Keys"].Should().Equal("a", "b");
        options.BasicCredentials["foo"].Should().Equal("bar");
    }

    [Fact]
    public async Task Monitor_WithoutConfiguration_HasTheDefaults()
    {
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { });

        var options = OptionsOf(receiver);

        (options.Filter, options.MaxBodySize, options.ServerRetryDelay).Should().Be((null, 65536, null));
        (options.BodyTimeout, options.HandlerTimeout).Should().Be((TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5)));
        options.RequiredHeaders.Should().BeEmpty();
        options.BasicCredentials.Should().BeEmpty();
    }

    [Fact]
    public async Task Monitor_CodeAfterConfiguration_HasTheLastWord()
    {
        await using var receiver = new TestReceiver(options => options.Filter += ",B", Configure("WebSoEvents:Filter=A"));

        OptionsOf(receiver).Filter.Should().Be("A,B");
    }

    [Fact]
    public async Task Monitor_NamedEndpoints_HaveTheirOwnSections()
    {
        var configuration = Configure("WebSoEvents:Filter=A", "WebSoEvents:Endpoints:production:Filter=B", "WebSoEvents:Endpoints:test:Filter=C");
        await using var receiver = new TestReceiver(
            services =>
            {
                foreach (var name in new[] { "", "production", "test", "bare" })
                    services.AddWebSoEvents(name).Hear(_ => { });
            },
            configuration);

        new[] { "", "production", "test", "bare" }.Select(name => OptionsOf(receiver, name).Filter).Should().Equal("A", "B", "C", null);
    }

    private static IConfiguration Configure(params string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1])))
        .Build();

    private static WebSoEventsOptions OptionsOf(TestReceiver receiver, string name = "") =>
        receiver.Services.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>().Get(name);
}
