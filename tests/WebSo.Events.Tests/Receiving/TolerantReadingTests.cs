using System.Globalization;
using System.Text;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class TolerantReadingTests
{
    private readonly List<(WebSoEvent Event, WebSoEventContext Context)> _heard = [];

    // The number of unknown names that are logged within an hour.
    private const int OncePerNameBound = 100;

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("application/x-www-form-urlencoded", null)]
    [InlineData("application/json; charset=UTF-8", "utf-8")]
    [InlineData("application/json;charset=ISO-8859-1", "iso-8859-1")]
    [InlineData("text/plain; CHARSET=\"windows-1252\"; x=y", "windows-1252")]
    [InlineData("text/plain; charset = latin1", null)]
    [InlineData("text/plain; charset= latin1 , text/html", "latin1")]
    [InlineData("text/plain; charset=", null)]
    [InlineData("text/plain; charset=\"\"", null)]
    [InlineData("text/plain; charset=a b", null)]
    [InlineData("text/plain; charset=\u001B[31m", null)]
    [InlineData("text/plain; charset=é", null)]
    public async Task Receive_ContentType_SetsCharsetOfContext(string? contentType, string? charset)
    {
        await using var receiver = Receiver();

        await receiver.OutcomeOfAsync(contentType is null
            ? new TestRequest(Bodies.StatusChange)
            : new TestRequest(Bodies.StatusChange).With("content-type", contentType));

        _heard.Should().ContainSingle().Which.Context.Charset.Should().Be(charset);
    }

    [Theory]
    [InlineData(45, true)]
    [InlineData(46, false)]
    public async Task Receive_LongCharset_IsIgnored(int length, bool isKept)
    {
        await using var receiver = Receiver();

        await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange).With("Content-Type", "text/plain; charset=" + new string('x', length)));

        (_heard[0].Context.Charset is not null).Should().Be(isKept);
    }

    [Fact]
    public async Task Receive_BodyInDeclaredCharset_CanBeReadAgainFromContext()
    {
        var body = Encoding.Latin1.GetBytes("""{"event":"RENDER_RETURN","status":"success","document_id":"Ã©"}""");
        await using var receiver = Receiver();

        await receiver.OutcomeOfAsync(new TestRequest(body).With("Content-Type", "application/json; charset=iso-8859-1"));

        var (e, context) = _heard.Should().ContainSingle().Subject;
        (e.DocumentId, e.IsComplete).Should().Be(("Ã©", true));
        context.Body.ToArray().Should().Equal(body);
        WebSoEventSerializer.Default.Deserialize(context.Body.Span, context.Charset).Should().Be(e);
    }

    [Theory]
    [InlineData("""{"event":"STATUS_CHANGE","to":"2","document_id":"1"}""", typeof(StatusChangeEvent))]
    [InlineData("""{"event":"USER_FINISH","document_id":"1"}""", typeof(UserFinishEvent))]
    [InlineData("""{"event":"USER_FINISH","user_id":"1","fields_signed":"many"}""", typeof(UserFinishEvent))]
    [InlineData("""{"event":"FIELD_SIGNED_OR_REJECTED","field_id":{}}""", typeof(FieldSignedOrRejectedEvent))]
    [InlineData("""{event:"RENDER_RETURN"}""", typeof(RenderReturnEvent))]
    public async Task Receive_IncompleteEvent_IsHandledAndLoggedOncePerName(string body, Type type)
    {
        await using var receiver = Receiver();

        for (var i = 0; i < 3; i++)
            (await receiver.OutcomeOfAsync(new TestRequest(body))).Should().Be(ReceiveOutcome.Handled);
        await receiver.OutcomeOfAsync(new TestRequest("""{"event":"ENVELOPE_FINISHED","x":1,"x":2}"""));

        _heard[0].Event.Should().BeOfType(type);
        _heard[0].Event.IsComplete.Should().BeFalse();
        _heard.Should().HaveCount(4);
        receiver.Logs.Messages("Incomplete").Should().HaveCount(2);
        receiver.Logs.Levels("Incomplete").Should().AllBeEquivalentTo(LogLevel.Warning);
    }

    [Fact]
    public async Task Receive_ManyUnknownIncompleteEvents_StillLogsDocumentedOnes()
    {
        await using var receiver = Receiver();

        for (var i = 0; i < 1000; i++)
            await receiver.OutcomeOfAsync(new TestRequest(string.Create(CultureInfo.InvariantCulture, $$"""{"event":"MADE_UP_{{i}}","x":1,"x":2}""")));
        await receiver.OutcomeOfAsync(new TestRequest("""{"event":"USER_FINISH"}"""));

        receiver.Logs.Messages("Incomplete").Should().HaveCount(OncePerNameBound + 1).And.Subject.Last().Should().Contain("USER_FINISH");
    }

    [Fact]
    public async Task Receive_FilteredIncompleteEvent_IsNotLogged()
    {
        await using var receiver = Receiver("STATUS_CHANGE");

        (await receiver.OutcomeOfAsync(new TestRequest("""{"event":"USER_FINISH"}"""))).Should().Be(ReceiveOutcome.Filtered);

        receiver.Logs.Messages("Incomplete").Should().BeEmpty();
    }

    [Fact]
    public async Task Receive_CompleteEvents_LogNothing()
    {
        await using var receiver = Receiver();

        foreach (var body in new[] { Bodies.StatusChange, Bodies.RenderReturn, Bodies.Unknown })
            await receiver.OutcomeOfAsync(new TestRequest(body));

        _heard.Select(call => call.Event.IsComplete).Should().Equal(true, true, true);
        receiver.Logs.Messages("Incomplete").Should().BeEmpty();
    }

    [Theory]
    [InlineData("""{"event":"USER_FINISH","user_id":"#","document_id":"1","fields_signed":"1"}""")]
    [InlineData("""{"event":"#","document_id":"1"}""")]
    [InlineData("""{"event":"ANY","document_id":"#"}""")]
    public async Task Receive_NameOrIdOver256Characters_Returns400(string body)
    {
        await using var receiver = Receiver();
        string With(int length) => body.Replace("#", new string('1', length), StringComparison.Ordinal);

        (await receiver.ReceiveAsync(new TestRequest(With(256)), cancellationToken: TestContext.Current.CancellationToken)).StatusCode.Should().Be(200);
        (await receiver.ReceiveAsync(new TestRequest(With(257)), cancellationToken: TestContext.Current.CancellationToken)).StatusCode.Should().Be(400);

        receiver.Logs.Messages("Malformed").Should().ContainSingle().Which.Should().Contain("longer than 256 characters");
    }

    // Reading it as another type would answer 200 without calling the intended handler.
    [Fact]
    public async Task Receive_CustomTypeCannotReadEvent_Returns400()
    {
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents()
            .AddEventType("ENVELOPE_FINISHED", TestJsonContext.Default.EnvelopeFinishedEvent)
            .AddHandler<WebSoEvent>("test", (_, _, _) => throw new InvalidOperationException("Not for me.")));

        (await receiver.ReceiveAsync(new TestRequest("""{"event":"ENVELOPE_FINISHED","documents":"many"}"""), cancellationToken: TestContext.Current.CancellationToken)).StatusCode.Should().Be(400);
    }

    private TestReceiver Receiver(string filter = "") => new(services => services
        .AddWebSoEvents(options => options.Filter = filter)
        .AddHandler<WebSoEvent>("test", (e, context, _) =>
        {
            _heard.Add((e, context));
            return default;
        }));
}
