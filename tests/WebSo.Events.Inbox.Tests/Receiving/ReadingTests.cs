using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static WebSo.Events.TestKit.InboxHost;

namespace WebSo.Events.Inbox.Tests;

// Bodies are parsed the same way on arrival and from the store, and unreadable bodies are stored.
public sealed class ReadingTests : IDisposable
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();
    private readonly Channel<(WebSoEvent Event, WebSoEventContext Context)> _calls = Channel.CreateUnbounded<(WebSoEvent, WebSoEventContext)>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    public static TheoryData<byte[], string?> Tolerated => new()
    {
        { Encoding.Latin1.GetBytes("""{"event":"USER_FINISH","user_id":"1","document_id":"7","fields_signed":"1","by":"Jörg"}"""), null },
        { Encoding.Latin1.GetBytes("""{"event":"USER_FINISH","user_id":"1","document_id":"7","fields_signed":"1","by":"Jörg"}"""), "text/plain; charset=iso-8859-1" },
        { Encoding.Unicode.GetBytes("""{"event":"USER_FINISH","user_id":"1","document_id":"7","fields_signed":"1","by":"Jörg"}"""), "text/plain; charset=utf-16" },
        { Encoding.BigEndianUnicode.GetBytes("""{event:"USER_FINISH","user_id":"1","document_id":"7"}"""), null },
        { Encoding.UTF8.GetBytes("""{"event":"USER_FINISH","document_id":"7"}"""), null },
        { Encoding.UTF8.GetBytes("""{"event":"USER_FINISH","user_id":"\ud800"}"""), null },
        { Encoding.UTF8.GetBytes("{\"event\":\"USER_FINISH\",\"user_id\":\"a\tb\"}"), null },
    };

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Tolerated))]
    public async Task Handle_TolerantlyReadBody_GetsTheEventAsReceived(byte[] body, string? contentType)
    {
        await using var host = await InboxHost.StartAsync(_folder.File(), Recording);

        var receipt = await host.PostAsync(contentType is null ? new TestRequest(body) : new TestRequest(body).With("Content-Type", contentType));
        var (e, context) = await _calls.Reader.ReadAsync(Token);

        receipt.Outcome.Should().Be(ReceiveOutcome.Stored);
        e.Should().BeOfType<UserFinishEvent>().And.Be(WebSoEventSerializer.Default.Deserialize(body, contentType?.Split('=')[1]));
        context.Body.ToArray().Should().Equal(body);
        (await host.WaitForAsync(WebSoInboxState.Handled)).DocumentId.Should().Be(e.DocumentId);
    }

    [Theory(Timeout = Limit)]
    [InlineData("user_id")]
    [InlineData("document_id")]
    public async Task Receive_IdOver256Characters_IsStoredAsMalformed(string name)
    {
        await using var host = await InboxHost.StartAsync(_folder.File(), Recording);
        string With(int length) => $$"""{"event":"USER_FINISH","{{name}}":"{{new string('1', length)}}"}""";

        (await host.PostAsync(With(256))).Outcome.Should().Be(ReceiveOutcome.Stored);
        (await host.PostAsync(With(257))).StatusCode.Should().Be(200);

        (await host.WaitForAsync(WebSoInboxState.Malformed)).LastError.Should().Contain("longer than 256 characters");
    }

    [Fact(Timeout = Limit)]
    public async Task Receive_EventThatItsTypeCannotRead_IsStoredAsMalformed()
    {
        await using var host = await InboxHost.StartAsync(_folder.File(), endpoint =>
        {
            Recording(endpoint);
            endpoint.AddEventType("COUNTED", (JsonTypeInfo<CountedEvent>)CountedEvent.Options.GetTypeInfo(typeof(CountedEvent)));
        });

        (await host.PostAsync("""{"event":"COUNTED","count":"many"}""")).StatusCode.Should().Be(200);
        (await host.PostAsync("""{"event":"COUNTED","count":2}""")).Outcome.Should().Be(ReceiveOutcome.Stored);

        (await _calls.Reader.ReadAsync(Token)).Event.Should().BeOfType<CountedEvent>().Which.Count.Should().Be(2);
        (await host.WaitForAsync(WebSoInboxState.Malformed)).LastError.Should().Contain("COUNTED").And.Contain("'count'");
    }

    // A retry sends the same bytes to the same path.
    [Fact(Timeout = Limit)]
    public async Task Receive_SameBytesOnTheSamePath_IsADuplicate()
    {
        await using var host = await InboxHost.StartAsync(_folder.File(), Recording);
        TestRequest[] Calls() =>
        [
            new(Finish("1")),
            new(Finish("2")),
            new(Finish("1").Replace(",", ", ", StringComparison.Ordinal)),
            new(Finish("1")) { SentPath = "/webso/events/" },
            new(Finish("1")) { SentQuery = "?a" },
            new(Finish("1")) { SentPath = "/webso/events?", SentQuery = "a" },
            new(Finish("1")) { SentPath = "/webso/events?a" },
            new("no event"),
            new("no event ") { SentQuery = "?a" },
        ];

        foreach (var call in Calls())
            (await host.PostAsync(call)).Outcome.Should().NotBe(ReceiveOutcome.Duplicate);
        foreach (var call in Calls())
            (await host.PostAsync(call)).Outcome.Should().Be(ReceiveOutcome.Duplicate);
    }

    [Fact(Timeout = Limit)]
    public async Task Receive_OtherVerifiedCorrelationId_IsNoDuplicate()
    {
        await using var host = await InboxHost.StartAsync(
            _folder.File(),
            Recording,
            configureEndpoint: options =>
            {
                options.RequireSignedCallbackUrl = true;
                options.CallbackKeys.Add("k1", Convert.ToBase64String(new byte[32]));
            });
        TestRequest Call(string correlationId) =>
            new(Finish("1")) { SentQuery = new Uri(host.Services.GetRequiredService<WebSoCallbackUrls>().Create(new Uri("https://host/webso/events"), correlationId).ToString()).Query };

        (await host.PostAsync(Call("a"))).Outcome.Should().Be(ReceiveOutcome.Stored);
        (await host.PostAsync(Call("b"))).Outcome.Should().Be(ReceiveOutcome.Stored);
        (await host.PostAsync(Call("a"))).Outcome.Should().Be(ReceiveOutcome.Duplicate);
        (await host.PostAsync(Call("b"))).Outcome.Should().Be(ReceiveOutcome.Duplicate);
    }

    private void Recording(IWebSoEventsBuilder endpoint) => endpoint.AddHandler<WebSoEvent>("record", (e, context, _) =>
    {
        _calls.Writer.TryWrite((e, context));
        return default;
    });

    private sealed record CountedEvent() : WebSoEvent("COUNTED")
    {
        public static JsonSerializerOptions Options { get; } = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

        [JsonPropertyName("count")]
        public required int Count { get; init; }
    }
}
