using FluentAssertions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events.Tests;

// An unknown key stops the start, because ignoring it could ignore a credential or a filter. The message contains the fix.
public sealed class UnknownKeyTests
{
    public static TheoryData<string, string> Misspelled => new()
    {
        { """{"WebSoEvents":{"BasicCredential":{"foo":"hunter2"}}}""", "WebSoEvents:BasicCredential is not a known key, so it would be ignored. Did you mean BasicCredentials?*" },
        { """{"WebSoEvents":{"RequiredHeader":{"X-Key":"hunter2"}}}""", "WebSoEvents:RequiredHeader is not a known key*Did you mean RequiredHeaders?*" },
        { """{"WebSoEvents":{"Filters":"USER_FINISH"}}""", "WebSoEvents:Filters is not a known key*Did you mean Filter?*" },
        { """{"WebSoEvents":{"AllowedNetwork":["10.0.0.0/8"]}}""", "WebSoEvents:AllowedNetwork is not a known key*Did you mean AllowedNetworks?*" },
        { """{"WebSoEvents":{"":"x"}}""", "WebSoEvents: is not a known key*" },
        { """{"WebSoEvents":{"Endpoint":{"production":{}}}}""", "WebSoEvents:Endpoint is not a known key*Did you mean Endpoints?*" },
        { """{"WebSoEvents":{"Inbox":{"StoreTimeout":"00:00:01"}}}""", "WebSoEvents:Inbox would be ignored. The endpoint has no inbox. Add one with UseSqliteInbox*" },
        { """{"WebSoEvents":["a"]}""", "WebSoEvents:0 is not a known key*" },
        { """{"WebSoEvents":"on"}""", "WebSoEvents is a single value. Write a section with the keys *Filter*" },
        { """{"WebSoEvents":{"Endpoints":{"Produktion":{"Filter":"USER_FINISH"}}}}""", "WebSoEvents:Endpoints:Produktion would be ignored, because no endpoint 'Produktion' was added. No endpoint with a name was added.*AddWebSoEvents(\"Produktion\")*" },
        { """{"WebSoEvents":{"Endpoints":"production"}}""", "WebSoEvents:Endpoints is a single value*" },
        { """{"WebSoEvent":{"Filter":"USER_FINISH"}}""", "The section WebSoEvent would be ignored. Did you mean WebSoEvents?*" },
        { """{"Websoevetns":{"BasicCredential":{"foo":"hunter2"}}}""", "The section Websoevetns would be ignored. Did you mean WebSoEvents?*" },
        { """{"WebSo.Events":{"ServerRetryDelay":"00:00:05"}}""", "The section WebSo.Events would be ignored*" },
        { """{"WEBSOEVENTS_FILTER":"USER_FINISH"}""", "WEBSOEVENTS_FILTER would be ignored*two underscores: WebSoEvents__Filter*" },
        { """{"WEBSOEVENTS_BASICCREDENTIALS":{"foo":"hunter2"}}""", "WEBSOEVENTS_BASICCREDENTIALS would be ignored*two underscores: WebSoEvents__BasicCredentials*" },
        { """{"WebSoEvents__Filter":"USER_FINISH"}""", "WebSoEvents__Filter would be ignored*In JSON, put the key in the object WebSoEvents*" },
    };

    public static TheoryData<string, string> WrongShape => new()
    {
        { """{"Filter":["USER_FINISH"]}""", "WebSoEvents:Filter is a list or a section. Write one comma-separated string." },
        { """{"MaxBodySize":{"Bytes":1024}}""", "WebSoEvents:MaxBodySize is a list or a section. Write a single value." },
        { """{"BodyTimeout":["00:00:10"]}""", "WebSoEvents:BodyTimeout is a list or a section. Write a single value." },
        { """{"RequireSignedCallbackUrl":[true]}""", "WebSoEvents:RequireSignedCallbackUrl is a list or a section*" },
        { """{"ServerConfiguration":["config.ini"]}""", "WebSoEvents:ServerConfiguration is a list or a section*" },
        { """{"RequiredHeaders":"X-Key=hunter2"}""", "WebSoEvents:RequiredHeaders is a single value. Write an object with named secrets*" },
        { """{"RequiredHeaders":["hunter2"]}""", "WebSoEvents:RequiredHeaders is a list. Write an object with named secrets*" },
        { """{"RequiredHeaders":[{"X-Key":"hunter2"}]}""", "WebSoEvents:RequiredHeaders is a list*" },
        { """{"RequiredHeaders":{"X-Key":["hunter2"]}}""", "WebSoEvents:RequiredHeaders:X-Key is a list, or contains a section. Write an object with named secrets*\"current\": \"SECRET\"*" },
        { """{"BasicCredentials":{"foo":["hunter2","hunter3"]}}""", "WebSoEvents:BasicCredentials:foo is a list*" },
        { """{"BasicCredentials":{"foo":{"current":{"value":"hunter2"}}}}""", "WebSoEvents:BasicCredentials:foo is a list, or contains a section*" },
        { """{"CallbackKeys":["hunter2"]}""", "WebSoEvents:CallbackKeys is a list. Write an object with one key per ID*" },
        { """{"CallbackKeys":{"k1":{"current":"hunter2"}}}""", "WebSoEvents:CallbackKeys:k1 is a list or a section. Write one key*" },
        { """{"CallbackKeys":"hunter2"}""", "WebSoEvents:CallbackKeys is a single value*" },
        { """{"AllowedNetworks":[{"office":"10.0.0.0/8"}]}""", "WebSoEvents:AllowedNetworks contains a section*" },
        { """{"AllowedNetworks":[null]}""", "WebSoEvents: AllowedNetworks has ''*" },
    };

    [Theory]
    [MemberData(nameof(Misspelled))]
    public void Start_UnknownKey_Fails(string json, string problem)
    {
        var problems = Refused.ProblemsOf(Refused.Json(json));

        problems.Should().ContainSingle().Which.Should().Match(problem).And.NotContain("hunter2");
    }

    [Theory]
    [MemberData(nameof(WrongShape))]
    public void Start_WrongValueType_Fails(string json, string problem)
    {
        var problems = Refused.ProblemsOf(Refused.Json($$$"""{"WebSoEvents":{{{json}}}}"""));

        problems.Should().ContainSingle().Which.Should().Match(problem).And.NotContain("hunter");
    }

    // Comments, empty lists, unrelated environment variables, and an unrelated section with a similar name.
    [Theory]
    [InlineData("""{"WebSoEvents":{"$comment":{"a":1},"_Filter":"USER_FINISH","Endpoints":{"_old":{"Filter":"X"}}}}""")]
    [InlineData("""{"WebSoEvents":{"AllowedNetworks":[],"RequiredHeaders":{},"BasicCredentials":[],"CallbackKeys":[],"Filter":null,"MaxBodySize":null,"ServerConfiguration":null}}""")]
    [InlineData("""{"WebSoEvents":[]}""")]
    [InlineData("""{"WebSoEvents":null}""")]
    [InlineData("""{"websoevents":{"FILTER":"USER_FINISH"}}""")]
    [InlineData("""{"WEBSOEVENTS_PORT":"tcp://10.0.0.1:80","WEBSOEVENTS_INBOX_PORT":"x","WEBSOEVENTS_SERVICE_HOST":"10.0.0.1","WEBSOEVENTS_":"x"}""")]
    [InlineData("""{"WebEvents":{"Url":"https://localhost"},"WebSoEvent":"on","":{"Filter":"x"}}""")]
    public void Start_UnrelatedKeys_AreIgnored(string json)
    {
        var start = Refused.StartOf(Refused.Json(json), services => services.AddWebSoEvents());

        start.Should().NotThrow();
    }

    // A name that looks like a comment is treated as one. Otherwise, a secret that was commented out would stay valid.
    [Theory]
    [InlineData("RequiredHeaders", "_X-Key")]
    [InlineData("RequiredHeaders", "$comment")]
    [InlineData("BasicCredentials", "_svc")]
    [InlineData("BasicCredentials", "$svc")]
    [InlineData("CallbackKeys", "_k1")]
    [InlineData("CallbackKeys", "$k1")]
    public void Start_GuardNameLooksLikeComment_Fails(string section, string name)
    {
        const string Key = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";

        var problems = Refused.ProblemsOf(Refused.Json($$$$"""{"WebSoEvents":{"{{{{section}}}}":{"{{{{name}}}}":"{{{{Key}}}}"}}}"""));

        problems.Should().ContainSingle().Which.Should().Match($"WebSoEvents:{section}:{name} starts with '{name[0]}'*").And.NotContain("QUFB");
    }

    [Theory]
    [InlineData("""{"current":"new","_previous":"leaked"}""")]
    [InlineData("""{"current":"new","$comment":"leaked"}""")]
    [InlineData("""{"current":"new","$comment":{"a":["leaked"]}}""")]
    public void Start_SecretNameLooksLikeComment_IsSkipped(string secrets)
    {
        using var provider = new ServiceCollection().AddSingleton<IConfiguration>(Refused.Json(
            $$$$"""{"WebSoEvents":{"BasicCredentials":{"svc":{{{{secrets}}}}},"RequiredHeaders":{"X-Key":{{{{secrets}}}}}}}"""))
            .AddWebSoEvents().Services.BuildServiceProvider();

        var options = provider.GetRequiredService<Microsoft.Extensions.Options.IOptionsMonitor<WebSoEventsOptions>>().CurrentValue;

        options.BasicCredentials["svc"].Should().Equal("new");
        options.RequiredHeaders["X-Key"].Should().Equal("new");
    }

    [Theory]
    [InlineData("BasicCredentials", "has no password, or an empty one")]
    [InlineData("RequiredHeaders", "has no value, or an empty one")]
    public void Start_AllSecretsCommentedOut_Fails(string section, string problem)
    {
        var problems = Refused.ProblemsOf(Refused.Json($$$$"""{"WebSoEvents":{"{{{{section}}}}":{"foo":{"_current":"leaked"} } } }"""));

        problems.Should().ContainSingle().Which.Should().Contain(problem).And.NotContain("leaked");
    }

    [Fact]
    public void Start_NamedEndpoints_AreCheckedOnceEach()
    {
        var configuration = Refused.Json("""
            {"WebSoEvents":{"Filter":"USER_FINISH","Endpoints":{"production":{"Filter":"USER_FINISH","Filters":"x","Inbox":{}},"Produktion":{},"TEST":{"Filter":"USER_FINISH"}}}}
            """);

        var start = Refused.StartOf(configuration, services => services.AddWebSoEvents("production").Services.AddWebSoEvents("test"));

        start.Should().Throw<Microsoft.Extensions.Options.OptionsValidationException>().Which.Failures.Should().SatisfyRespectively(
            first => first.Should().Match("WebSoEvents:Endpoints:production:Filters is not a known key*"),
            second => second.Should().Match("WebSoEvents:Endpoints:production:Inbox would be ignored*"),
            third => third.Should().Match("WebSoEvents:Endpoints:Produktion would be ignored*Did you mean production? Added: production, test.*"),
            fourth => fourth.Should().Match("WebSoEvents:Filter would be ignored*Move it to WebSoEvents:Endpoints:production*AddWebSoEvents()*"));
    }

    [Fact]
    public async Task Reload_UnknownKey_LogsErrorAndKeepsRunning()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("WebSoEvents:Filter", (string?)"USER_FINISH")])
            .Build();
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { }, configuration);
        receiver.Logs.ExpectError("OptionsRefused");
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.RenderReturn))).Should().Be(ReceiveOutcome.Filtered);

        configuration["WebSoEvents:Filters"] = "RENDER_RETURN";
        var reload = configuration.Reload;

        reload.Should().NotThrow();
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.RenderReturn))).Should().Be(ReceiveOutcome.Filtered);
        receiver.Logs.Messages("OptionsRefused").Should().ContainSingle();
        receiver.Logs.Text.Should().Contain("WebSoEvents:Filters is not a known key");
    }
}
