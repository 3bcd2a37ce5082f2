using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class ReceiverTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Bodies.StatusChange, ReceiveOutcome.Handled, 200)]
    [InlineData(Bodies.RenderReturn, ReceiveOutcome.Filtered, 200)]
    [InlineData("""{"event":"USER_FINISH","user_id":"1","document_id":"1","fields_signed":"1"}""", ReceiveOutcome.Unhandled, 200)]
    [InlineData("{}", ReceiveOutcome.Malformed, 400)]
    [InlineData("", ReceiveOutcome.BodyEmpty, 400)]
    [InlineData(" \r\n", ReceiveOutcome.Malformed, 400)]
    internal async Task Receive_Body_ReturnsOutcomeAndStatus(string body, ReceiveOutcome outcome, int status)
    {
        await using var receiver = new TestReceiver(services => services
            .AddWebSoEvents(options => options.Filter = "STATUS_CHANGE, USER_FINISH")
            .AddHandler<StatusChangeEvent>("test", (_, _, _) => default));

        var receipt = await receiver.ReceiveAsync(new TestRequest(body), cancellationToken: Token);

        (receipt.Outcome, receipt.StatusCode, receipt.HeaderName).Should().Be((outcome, status, null));
    }

    [Fact]
    public async Task Receive_HandlerThrows_Returns500AndLogsError()
    {
        await using var receiver = new TestReceiver(services => services
            .AddWebSoEvents()
            .AddHandler<WebSoEvent>("fail", (_, _, _) => throw new InvalidOperationException("the cause")));
        receiver.Logs.ExpectError("HandlerFailed");

        var receipt = await receiver.ReceiveAsync(new TestRequest(Bodies.StatusChange), cancellationToken: Token);

        (receipt.Outcome, receipt.StatusCode).Should().Be((ReceiveOutcome.HandlerFailed, 500));
        receiver.Logs.Messages("HandlerFailed").Should().ContainSingle().Which.Should().Contain("fail").And.Contain("STATUS_CHANGE").And.Contain("23822");
        receiver.Logs.Text.Should().Contain("the cause");
    }

    [Fact]
    public async Task Receive_HandlerRejectsOrRequestsRetryWithoutInbox_Returns500()
    {
        await using var receiver = new TestReceiver(services => services
            .AddWebSoEvents()
            .AddHandler<StatusChangeEvent>("reject", (_, _, _) => throw new WebSoEventRejectedException())
            .AddHandler<RenderReturnEvent>("retry", (_, _, _) => throw new WebSoEventRetryException(TimeSpan.FromSeconds(1))));
        receiver.Logs.ExpectError("HandlerFailed");

        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange))).Should().Be(ReceiveOutcome.HandlerFailed);
        (await receiver.OutcomeOfAsync(new TestRequest(Bodies.RenderReturn))).Should().Be(ReceiveOutcome.HandlerFailed);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("OPTIONS")]
    public async Task Receive_OtherMethod_Returns405BeforeCredentialsAndBody(string method)
    {
        await using var receiver = new TestReceiver(options => options.RequireHeader("X-Key", "secret"));
        var request = new TestRequest(Bodies.StatusChange) { SentMethod = method };

        var receipt = await receiver.ReceiveAsync(request, cancellationToken: Token);

        (receipt.StatusCode, receipt.HeaderName, receipt.HeaderValue).Should().Be((405, "Allow", "POST"));
        request.Reads.Should().Be(0);
    }

    [Fact]
    public async Task Receive_WithoutCredentials_Returns401BeforeReadingBody()
    {
        await using var receiver = new TestReceiver(options => options.RequireHeader("X-Key", "secret"));
        var request = new TestRequest(new byte[100_000]);

        var receipt = await receiver.ReceiveAsync(request, cancellationToken: Token);

        receipt.StatusCode.Should().Be(401);
        request.Reads.Should().Be(0);
    }

    [Fact]
    public async Task Receive_MalformedBody_IgnoresFilter()
    {
        await using var receiver = new TestReceiver(options => options.Filter = "USER_FINISH");

        (await receiver.OutcomeOfAsync(new TestRequest("""{"event":""}"""))).Should().Be(ReceiveOutcome.Malformed);
    }

    [Fact]
    public async Task Receive_Event_ProvidesCompleteContext()
    {
        WebSoEventContext? context = null;
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents("production").AddHandler<WebSoEvent>("keep", (_, c, _) =>
        {
            context = c;
            return default;
        }));
        var request = new TestRequest(Bodies.RenderReturn) { SentPath = "/base/webso/42", SentQuery = "?case=7", SentRouteValues = new Dictionary<string, string> { ["case"] = "42" } };

        await receiver.ReceiveAsync(request, "production", Token);
        var first = context!;
        await receiver.ReceiveAsync(new TestRequest(Bodies.RenderReturn), "production", Token);

        (first.EndpointName, first.RequestPath, first.QueryString).Should().Be(("production", "/base/webso/42", "?case=7"));
        first.RouteValues.Should().Equal(new Dictionary<string, string> { ["case"] = "42" });
        (first.RemoteAddress, first.ReceivedAt, first.Attempt, first.IsReplay, first.CorrelationId)
            .Should().Be((IPAddress.Loopback, receiver.Time.GetUtcNow(), 1, false, null));
        Encoding.UTF8.GetString(first.Body.Span).Should().Be(Bodies.RenderReturn);
        (first.DeliveryId.Version, first.DeliveryId == context!.DeliveryId).Should().Be((7, false));
    }

    [Fact]
    public async Task Receive_ConcurrentCalls_HaveUniqueIdsWithTime()
    {
        var ids = new ConcurrentBag<Guid>();
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents().AddHandler<WebSoEvent>("keep", (_, c, _) =>
        {
            ids.Add(c.DeliveryId);
            return default;
        }));

        await Parallel.ForAsync(0, 2000, Token, async (_, token) => await receiver.ReceiveAsync(new TestRequest(Bodies.StatusChange), cancellationToken: token));

        ids.Should().HaveCount(2000).And.OnlyHaveUniqueItems();
        ids.Should().OnlyContain(id => id.Version == 7 && (id.Variant & 0b1100) == 0b1000);
        var ms = receiver.Time.GetUtcNow().ToUnixTimeMilliseconds();
        ids.Should().OnlyContain(id => BinaryPrimitives.ReadInt64BigEndian(id.ToByteArray(true)) >> 16 == ms);
        ids.Aggregate(new byte[16], (all, id) => [.. all.Zip(id.ToByteArray(true), (x, y) => (byte)(x | y))]).Skip(6).Should()
            .Equal([0x7F, 0xFF, 0xBF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "each bit that is neither time nor version is random");
    }

    [Fact]
    public async Task Receive_ManyUnknownNames_LogsEachOnceUpToLimit()
    {
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents());
        for (var i = 0; i < 300; i++)
        {
            for (var twice = 0; twice < 2; twice++)
                (await receiver.OutcomeOfAsync(new TestRequest($$"""{"event":"E{{i}}"}"""))).Should().Be(ReceiveOutcome.Unhandled);
        }

        receiver.Logs.Messages("Unhandled").Should().HaveCount(100).And.OnlyHaveUniqueItems();
        receiver.Logs.Levels("Unhandled").Should().AllBeEquivalentTo(LogLevel.Information);
    }

    [Fact]
    public async Task Receive_FilteredEvent_LogsOncePerName()
    {
        await using var receiver = new TestReceiver(options => options.Filter = "USER_FINISH");

        foreach (var body in new[] { Bodies.StatusChange, Bodies.StatusChange, Bodies.Unknown })
            await receiver.OutcomeOfAsync(new TestRequest(body));

        receiver.Logs.Messages("Filtered").Should().HaveCount(2);
    }

    [Theory]
    [InlineData("a\nb\u001b\u2028\u0085c", "a?b???c")]
    [InlineData("x\u202Ey", "x?y")]
    [InlineData("\U0001F600", "\U0001F600")]
    public async Task Receive_HostileName_IsSanitizedInLog(string name, string shown)
    {
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents());

        await receiver.OutcomeOfAsync(new TestRequest($$"""{"event":{{System.Text.Json.JsonSerializer.Serialize(name)}}}"""));

        receiver.Logs.Messages("Unhandled").Should().ContainSingle().Which.Should().Contain($"event {shown}.");
    }

    [Fact]
    public async Task Receive_LongName_IsCutBetweenSurrogatePairsInLog()
    {
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents());
        var name = new string('x', 63) + "\U0001F600" + new string('y', 100);

        await receiver.OutcomeOfAsync(new TestRequest($$"""{"event":"{{name}}"}"""));

        receiver.Logs.Messages("Unhandled").Should().ContainSingle().Which.Should().Contain($"event {new string('x', 63)}....");
    }

    [Fact]
    public async Task Receive_AnyRefusal_LogsNoSecretOrBody()
    {
        const string Marker = "tell-nobody";
        await using var receiver = new TestReceiver(options =>
        {
            options.RequireHeader("X-Key", Marker + "1");
            options.RequireBasicAuthentication("foo", Marker + "2");
        });
        TestRequest Allowed(string body) => new TestRequest(body).With("X-Key", Marker + "1").WithBasic($"foo:{Marker}2");

        await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).With("X-Key", Marker).WithBasic($"foo:{Marker}"));
        string[] bodies =
        [
            Marker,
            $$"""{"{{Marker}}":"{{Marker}}","{{Marker}}":1}""",
            $$"""{"event":"STATUS_CHANGE","from":"{{Marker}}"}""",
            $$"""{"event":"A","x":"{{Marker}}" {{Marker}}""",
            $$"""{"event":"A","x":"{{Marker}}"}""",
        ];
        foreach (var body in bodies)
        {
            await receiver.OutcomeOfAsync(Allowed(body));

            // These lines are logged at most once a minute.
            receiver.Time.Advance(TimeSpan.FromMinutes(1));
        }

        receiver.Logs.Messages("Malformed").Should().HaveCount(3);
        receiver.Logs.Messages("Incomplete").Should().HaveCount(1);
        receiver.Logs.Messages("Unauthorized").Should().HaveCount(1);
        receiver.Logs.Text.Should().NotContain(Marker).And.NotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes($"foo:{Marker}2")));
    }

    [Fact]
    public async Task Receive_ManyRefusedBodies_LogsOneLinePerMinuteWithCount()
    {
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { });

        for (var i = 0; i < 5; i++)
            await receiver.OutcomeOfAsync(new TestRequest("[]"));
        receiver.Logs.Messages("Malformed").Should().ContainSingle().Which.Should().Contain("since the last message: 1.");
        receiver.Time.Advance(TimeSpan.FromMinutes(1));
        await receiver.OutcomeOfAsync(new TestRequest("[]"));

        receiver.Logs.Messages("Malformed").Should().HaveCount(2).And.Subject.Last().Should().Contain("since the last message: 4.", "the fifth begins the next line");
    }

    [Fact]
    public void Receipt_EachOutcome_HasStatus() => Enum.GetValues<ReceiveOutcome>().ToDictionary(o => o, o => new Receipt(o).StatusCode)
        .Should().Equal(new Dictionary<ReceiveOutcome, int?>
        {
            [ReceiveOutcome.Handled] = 200,
            [ReceiveOutcome.Stored] = 200,
            [ReceiveOutcome.Duplicate] = 200,
            [ReceiveOutcome.Filtered] = 200,
            [ReceiveOutcome.Unhandled] = 200,
            [ReceiveOutcome.MalformedKept] = 200,
            [ReceiveOutcome.Malformed] = 400,
            [ReceiveOutcome.Unauthorized] = 401,
            [ReceiveOutcome.Forbidden] = 403,
            [ReceiveOutcome.MethodNotAllowed] = 405,
            [ReceiveOutcome.QueryTooLong] = 414,
            [ReceiveOutcome.BodyTimeout] = 408,
            [ReceiveOutcome.BodyTooLarge] = 413,
            [ReceiveOutcome.BodyTorn] = null,
            [ReceiveOutcome.BodyMalformed] = 400,
            [ReceiveOutcome.BodyEmpty] = 400,
            [ReceiveOutcome.BodyConsumed] = 500,
            [ReceiveOutcome.HandlerFailed] = 500,
            [ReceiveOutcome.Unavailable] = 503,
        });

    [Fact]
    public void Receipt_Unavailable_HasRetryAfter() => new Receipt(ReceiveOutcome.Unavailable).HeaderName.Should().Be("Retry-After");
}
