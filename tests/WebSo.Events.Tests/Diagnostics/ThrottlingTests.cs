using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace WebSo.Events.Tests;

/// <summary>Throttled lines are logged immediately and then counted. The count is logged even if no further call arrives.</summary>
public sealed class ThrottlingTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("HandlerFailed")]
    [InlineData("Malformed")]
    [InlineData("Unauthorized")]
    [InlineData("MethodNotAllowed")]
    [InlineData("BodyTooLarge")]
    public async Task AnyKind_ManyCalls_LogsImmediatelyAndThenCountAfterOneMinute(string kind)
    {
        await using var receiver = Create();

        for (var i = 0; i < 38; i++)
            await receiver.OutcomeOfAsync(Provoke(kind));
        var first = receiver.Logs.Messages(kind);
        receiver.Time.Advance(s_minute - TimeSpan.FromTicks(1));
        var early = receiver.Logs.Messages(kind).Count;
        receiver.Time.Advance(TimeSpan.FromTicks(1));
        var due = receiver.Logs.Messages(kind);
        receiver.Time.Advance(TimeSpan.FromHours(1));

        first.Should().ContainSingle().Which.Should().MatchRegex(@"\b1\b");
        early.Should().Be(1);
        due.Should().HaveCount(2).And.Subject.Last().Should().MatchRegex(@"\b37\b");
        receiver.Logs.Messages(kind).Should().HaveCount(2, "nothing came any more");
    }

    [Theory]
    [InlineData("HandlerFailed")]
    [InlineData("Malformed")]
    public async Task AnyKind_CallAfterQuietMinute_IsLoggedImmediately(string kind)
    {
        await using var receiver = Create();

        await receiver.OutcomeOfAsync(Provoke(kind));
        receiver.Time.Advance(s_minute);
        await receiver.OutcomeOfAsync(Provoke(kind));

        receiver.Logs.Messages(kind).Should().HaveCount(2);
    }

    // Otherwise, the line about all calls would have the span and the scopes of the first call.
    [Fact]
    public async Task AnyKind_CountAfterOneMinute_HasNoScopeOrSpan()
    {
        var ofCall = new AsyncLocal<string?>();
        List<string?> logged = [];
        var time = new FakeTimeProvider();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(new FlowingTime(time));
        services.AddLogging(logging => logging.AddProvider(new TestLog
        {
            OnLogged = entry =>
            {
                if (entry.EventName == "Malformed")
                    logged.Add(ofCall.Value);
            },
        }));
        services.AddWebSoEvents(options => options.AllowAnonymousCalls = true).OnEvent(_ => { });
        await using var provider = services.BuildServiceProvider();
        ofCall.Value = "the first call";
        var receiver = provider.GetRequiredService<EventReceiverProvider>().Get("");
        for (var i = 0; i < 2; i++)
            await receiver.ReceiveAsync(new TestRequest("no event"), TestContext.Current.CancellationToken);

        ofCall.Value = null;
        time.Advance(s_minute);

        logged.Should().Equal("the first call", null);
    }

    [Fact]
    public async Task HandlerFailed_TwoHandlers_LogsOneLineEach()
    {
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents()
            .AddHandler<StatusChangeEvent>("first", (_, _, _) => throw new InvalidOperationException("one"))
            .AddHandler<RenderReturnEvent>("second", (_, _, _) => throw new InvalidOperationException("two")));
        receiver.Logs.ExpectError("HandlerFailed");

        for (var i = 0; i < 5; i++)
        {
            await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange));
            await receiver.OutcomeOfAsync(new TestRequest(Bodies.RenderReturn));
        }

        receiver.Logs.AllExceptions.Select(exception => exception.Message).Should().Equal("one", "two");
    }

    [Theory]
    [InlineData("Unhandled")]
    [InlineData("Filtered")]
    public async Task OncePerName_ManyUnknownNames_StillLogsRegisteredAndLaterNames(string kind)
    {
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents(options => options.Filter = kind == "Filtered" ? "USER_FINISH" : null));
        for (var i = 0; i < 300; i++)
            await receiver.OutcomeOfAsync(Named($"MADE_UP_{i}"));

        await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange));
        await receiver.OutcomeOfAsync(Named("GENUINE"));
        receiver.Time.Advance(TimeSpan.FromMinutes(59));
        await receiver.OutcomeOfAsync(Named("GENUINE"));
        var withinTheHour = receiver.Logs.Messages(kind);
        receiver.Time.Advance(s_minute);
        await receiver.OutcomeOfAsync(Named("GENUINE"));
        await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange));

        withinTheHour.Should().HaveCount(101).And.ContainSingle(line => line.Contains("STATUS_CHANGE"));
        receiver.Logs.Messages(kind).Skip(101).Should().ContainSingle().Which.Should().Contain("GENUINE");
        var beyond = receiver.Logs.Messages("NamesNotLogged").ToList();
        beyond[0].Should().Contain("MADE_UP_100");
        beyond[1].Should().MatchRegex(@"\b200\b").And.Contain("GENUINE");
    }

    // Unlike the timers of FakeTimeProvider, system timers run in the execution context in which they were created.
    private sealed class FlowingTime(TimeProvider time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override long GetTimestamp() => time.GetTimestamp();

        public override long TimestampFrequency => time.TimestampFrequency;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var context = ExecutionContext.Capture();
            return time.CreateTimer(given => Run(context, () => callback(given)), state, dueTime, period);
        }

        private static void Run(ExecutionContext? context, Action act)
        {
            if (context is null)
                act();
            else
                ExecutionContext.Run(context, _ => act(), null);
        }
    }

    private static TestReceiver Create()
    {
        var receiver = new TestReceiver(services => services.AddWebSoEvents(options =>
        {
            options.MaxBodySize = 1024;
            options.RequireHeader("key", "secret");
        }).AddHandler<WebSoEvent>("bad", (_, _, _) => throw new InvalidOperationException("no")));
        receiver.Logs.ExpectError("HandlerFailed");
        return receiver;
    }

    private static TestRequest Named(string name) => new($$"""{"event":"{{name}}"}""");

    private static TestRequest Provoke(string kind) => kind switch
    {
        "Malformed" => new TestRequest("no event").With("key", "secret"),
        "Unauthorized" => new TestRequest(Bodies.StatusChange),
        "MethodNotAllowed" => new TestRequest(Bodies.StatusChange) { SentMethod = "GET" },
        "BodyTooLarge" => new TestRequest(new string('x', 2000)).With("key", "secret"),
        _ => new TestRequest(Bodies.StatusChange).With("key", "secret"),
    };
}
