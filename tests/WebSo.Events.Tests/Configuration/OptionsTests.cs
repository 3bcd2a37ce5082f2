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
        { "MaxBodySize=255", "*WebSoEvents: MaxBodySize is 255. Set a number from 256 to 16777216*" },
        { "MaxBodySize=16777217", "*MaxBodySize is 16777217*" },
        { "MaxBodySize=64k", "*WebSoEvents:MaxBodySize is '64k'. Write a whole number*" },
        { "BodyTimeout=00:00:00", "*BodyTimeout is 00:00:00. Set a time from 00:00:00.001 to 01:00:00*" },
        { "BodyTimeout=01:00:01", "*BodyTimeout is 01:00:01*" },
        { "BodyTimeout=soon", "*WebSoEvents:BodyTimeout is 'soon'. Write hh:mm:ss, such as 00:00:30, or d.hh:mm:ss, such as 7.00:00:00*" },
        { "HandlerTimeout=00:00:00", "*HandlerTimeout is 00:00:00. Set a time from 00:00:00.001 to 1.00:00:00, or infinite*" },
        { "HandlerTimeout=1.00:00:01", "*HandlerTimeout is 1.00:00:01*" },
        { "ServerRetryDelay=1.00:00:01", "*ServerRetryDelay is 1.00:00:01. Set a time from 00:00:00 to 1.00:00:00*" },
        { "HandlerTimeout=soon", "*WebSoEvents:HandlerTimeout is 'soon'. Write hh:mm:ss, such as 00:00:30, or d.hh:mm:ss, such as 7.00:00:00, or infinite*" },
        { "ServerRetryDelay=soon", "*WebSoEvents:ServerRetryDelay is 'soon'. Write hh:mm:ss, such as 00:00:30, or d.hh:mm:ss, such as 7.00:00:00*" },
        { "MaxQueryLength=long", "*WebSoEvents:MaxQueryLength is 'long'. Write a whole number*" },
        { "ServerConfiguration=/not/there/config.ini", "*WebSoEvents:ServerConfiguration is '/not/there/config.ini', which can't be used*Set the path of the server's config.ini*" },
        { "RequiredHeaders:X Key=secret", "*RequiredHeaders has a name that is not a valid HTTP header name*Use letters, digits and hyphens*" },
        { "RequiredHeaders:X-Key=", "*RequiredHeaders?'X-Key'? has no value, or an empty one*" },
        { "RequiredHeaders:X-Key=a\nb", "*RequiredHeaders?'X-Key'? has a value with a line break*one line*" },
        { "RequiredHeaders:X-Key:current=", "*RequiredHeaders?'X-Key'? has no value, or an empty one*" },
        { "ServerConfiguration=", "*WebSoEvents:ServerConfiguration is ''*" },
        { "RequireSignedCallbackUrl=", "*WebSoEvents:RequireSignedCallbackUrl is ''. Write true or false*" },
        { "AllowAnonymousCalls=maybe", "*WebSoEvents:AllowAnonymousCalls is 'maybe'. Write true or false*" },
        { "AllowedNetworks:0=", "*AllowedNetworks has ''*" },
        { "BasicCredentials:foo=", "*BasicCredentials?'foo'? has no password, or an empty one*" },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task Get_InvalidSetting_FailsWithFix(string setting, string message)
    {
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { }, Configure("WebSoEvents:" + setting));

        var act = () => receiver.Get();

        act.Should().Throw<OptionsValidationException>().WithMessage(message);
    }

    public static TheoryData<string, string> InvalidInCode => new()
    {
        { "", "*BasicCredentials has the user name ''*" },
        { "a:b", "*BasicCredentials has the user name 'a'*colon*" },
    };

    [Theory]
    [MemberData(nameof(InvalidInCode))]
    public async Task Get_InvalidUser_FailsWithFix(string user, string message)
    {
        await using var receiver = new TestReceiver(options => options.RequireBasicAuthentication(user, "tell-nobody"));

        var act = () => receiver.Get();

        act.Should().Throw<OptionsValidationException>().WithMessage(message).Which.Message.Should().NotContain("tell-nobody");
    }

    // The name and the secret are combined or swapped. An invalid name may be a secret.
    [Fact]
    public async Task Get_SecretAsName_IsNotShown()
    {
        Action<WebSoEventsOptions>[] mistakes =
        [
            options => options.RequireHeader("X-Key: s3cret"),
            options => options.RequireHeader("X-Key: s3cret", "value"),
            options => options.RequireHeader("s3cret/QUFBQUFBQUFB=", "X-Key"),
            options => options.RequireHeader("s3cret/QUFBQUFBQUFB="),
            options => options.RequireHeader("X-Key", "s3cret\r\nQUFBQUFBQUFB"),
            options => options.RequireHeader("X-Key=s3cret", ""),
            options => options.RequireBasicAuthentication("foo:s3cret"),
            options => options.RequireBasicAuthentication("foo:s3cret", "value"),
            options => options.CallbackSigningKey = "s3cretQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
            options => (options.CallbackSigningKey, options.CallbackKeys["s3cretQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="]) = ("k1", "k1"),
            options => options.CallbackKeys["k1: s3cret"] = "k1",
            options => options.CallbackPathPrefix = "https://host/?key=s3cret",
        ];
        foreach (var mistake in mistakes)
        {
            await using var receiver = new TestReceiver(mistake);

            var act = () => receiver.Get();

            act.Should().Throw<OptionsValidationException>().Which.Message.Should().NotContain("s3cret");
        }
    }

    [Fact]
    public async Task Get_NullSecrets_Fails()
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
            "WebSoEvents:RequiredHeaders:X-Keys:current=a",
            "WebSoEvents:RequiredHeaders:X-Keys:previous=b",
            "WebSoEvents:BasicCredentials:foo:current=bar",
            "WebSoEvents:AllowedNetworks=10.0.0.0/8, 192.0.2.7",
            "WebSoEvents:AllowAnonymousCalls=true"));

        var options = OptionsOf(receiver);

        (options.Filter, options.MaxBodySize).Should().Be(("USER_FINISH", 1024));
        (options.BodyTimeout, options.HandlerTimeout).Should().Be((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)));
        options.ServerRetryDelay.Should().Be(TimeSpan.FromSeconds(5));
        options.RequiredHeaders["x-key"].Should().Equal("one");
        options.RequiredHeaders["X-Keys"].Should().Equal("a", "b");
        options.BasicCredentials["foo"].Should().Equal("bar");
        options.AllowedNetworks.Should().Equal("10.0.0.0/8", "192.0.2.7");
        options.AllowAnonymousCalls.Should().BeTrue();
    }

    [Fact]
    public async Task Monitor_WithoutConfiguration_HasDefaults()
    {
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { });

        var options = OptionsOf(receiver);

        (options.Filter, options.MaxBodySize, options.ServerRetryDelay).Should().Be((null, 65536, null));
        (options.BodyTimeout, options.HandlerTimeout).Should().Be((TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5)));
        options.RequiredHeaders.Should().BeEmpty();
        options.BasicCredentials.Should().BeEmpty();
    }

    [Fact]
    public async Task Monitor_CodeAfterConfiguration_TakesPrecedence()
    {
        await using var receiver = new TestReceiver(options => options.Filter += ",USER_FINISH", Configure("WebSoEvents:Filter=STATUS_CHANGE"));

        OptionsOf(receiver).Filter.Should().Be("STATUS_CHANGE,USER_FINISH");
    }

    [Fact]
    public async Task Monitor_NamedEndpoints_HaveSeparateSections()
    {
        var configuration = Configure(
            "WebSoEvents:Filter=STATUS_CHANGE", "WebSoEvents:Endpoints:production:Filter=USER_FINISH", "WebSoEvents:Endpoints:test:Filter=RENDER_RETURN");
        await using var receiver = new TestReceiver(
            services =>
            {
                foreach (var name in new[] { "", "production", "test", "bare" })
                    services.AddWebSoEvents(name).OnEvent(_ => { });
            },
            configuration);

        new[] { "", "production", "test", "bare" }.Select(name => OptionsOf(receiver, name).Filter).Should().Equal("STATUS_CHANGE", "USER_FINISH", "RENDER_RETURN", null);
    }

    private static IConfiguration Configure(params string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1])))
        .Build();

    private static WebSoEventsOptions OptionsOf(TestReceiver receiver, string name = "") =>
        receiver.Services.GetRequiredService<IOptionsMonitor<WebSoEventsOptions>>().Get(name);
}
