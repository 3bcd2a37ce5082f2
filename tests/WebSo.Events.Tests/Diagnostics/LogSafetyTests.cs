using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events.Tests;

/// <summary>Untrusted text in a log line can't forge a line or control a terminal.</summary>
public sealed class LogSafetyTests
{
    public static TheoryData<string> Parts => [.. Hostile.Parts];

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task AnyLogLine_HostileText_IsSanitizedInTextValuesAndException(string part)
    {
        var text = $"a{part}fail: forged{part}";
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents(options => options.Filter = "STATUS_CHANGE")
            .AddHandler<StatusChangeEvent>($"bad{part}", (_, _, _) => throw new InvalidOperationException(text, new AggregateException(text, new FormatException(text)))));
        receiver.Logs.ExpectError("HandlerFailed");

        var name = System.Text.Json.JsonSerializer.Serialize(text.Replace("\ud800", "", StringComparison.Ordinal).Replace("\udc00", "", StringComparison.Ordinal));
        await receiver.OutcomeOfAsync(new TestRequest($$"""{"event":{{name}}}"""));
        await receiver.OutcomeOfAsync(new TestRequest($$"""{"event":"STATUS_CHANGE","from":"1","to":"2","document_id":{{name}}}"""));
        await receiver.OutcomeOfAsync(new TestRequest($$"""{"event":[{{name}}]}"""));
        await receiver.OutcomeOfAsync(new TestRequest("{}") { SentMethod = text });

        receiver.Logs.Entries.Select(entry => entry.EventName).Should().Contain(["Filtered", "HandlerFailed", "Malformed", "MethodNotAllowed"]);
        receiver.Logs.Entries.Select(entry => entry.Message).Should().OnlyContain(line => Hostile.IsSafe(line));
        receiver.Logs.Entries.SelectMany(entry => entry.Values).Select(value => value.Value).OfType<string>().Should().OnlyContain(value => Hostile.IsSafe(value));
        receiver.Logs.AllExceptions.Should().OnlyContain(exception => Hostile.IsSafeLines(exception.ToString()) && Hostile.IsSafe(exception.Message));
    }

    [Fact]
    public async Task HandlerFailed_HostileMessage_KeepsTypesStackFramesAndInnerExceptions()
    {
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents()
            .AddHandler<WebSoEvent>("bad", (_, _, _) => ThrowFromHere(new InvalidOperationException("outer\r\nx", new FormatException("inner\u001by")))));
        receiver.Logs.ExpectError("HandlerFailed");

        await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange));

        var exception = receiver.Logs.AllExceptions.Should().ContainSingle().Which;
        exception.ToString().Should().StartWith("System.InvalidOperationException: outer??x").And.Contain("System.FormatException: inner?y").And.Contain("at ").And.Contain(nameof(ThrowFromHere));
        exception.Message.Should().Be("System.InvalidOperationException: outer??x");
        exception.StackTrace.Should().Contain(nameof(ThrowFromHere));
        exception.InnerException!.Message.Should().Contain("inner?y");
    }

    [Fact]
    public async Task HandlerFailed_HostileTextOutsideMessage_IsSanitized()
    {
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents()
            .AddHandler<WebSoEvent>("bad", (_, _, _) => throw new TalkativeException("\nfail: forged\u001b")));
        receiver.Logs.ExpectError("HandlerFailed");

        await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange));

        receiver.Logs.AllExceptions.Should().ContainSingle().Which.ToString().Should().Contain("   fail: forged?").And.Match(text => Hostile.IsSafeLines(text));
    }

    [Fact]
    public async Task HandlerFailed_OrdinaryException_IsLoggedUnchanged()
    {
        var failure = new InvalidOperationException("The archive is full.", new AggregateException(new IOException("a"), new TimeoutException("b")));
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents().AddHandler<WebSoEvent>("bad", async (_, _, _) =>
        {
            await Task.Yield();
            await ThrowFromHere(failure);
        }));
        receiver.Logs.ExpectError("HandlerFailed");

        await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange));

        receiver.Logs.AllExceptions.Should().Equal(failure);
    }

    [Fact]
    public async Task HandlerFailed_HugeTextOutsideMessage_IsCut()
    {
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents()
            .AddHandler<WebSoEvent>("bad", (_, _, _) => throw new TalkativeException("\n" + string.Concat(Enumerable.Repeat("0123456789\n", 100_000)))));
        receiver.Logs.ExpectError("HandlerFailed");

        await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange));

        receiver.Logs.AllExceptions.Should().ContainSingle().Which.ToString().Length.Should().BeLessThan(70_000);
    }

    [Fact]
    public async Task HandlerFailed_HugeMessage_IsCut()
    {
        await using var receiver = new TestReceiver(services => services.AddWebSoEvents()
            .AddHandler<WebSoEvent>("bad", (_, _, _) => throw new InvalidOperationException(new string('x', 1_000_000))));
        receiver.Logs.ExpectError("HandlerFailed");

        await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange));

        receiver.Logs.AllExceptions.Should().ContainSingle().Which.ToString().Should().Contain("xxx...").And.Contain("   at ").And.Match(text => text.Length < 10_000);
    }

    // An exception can throw when its text is read. The line is still logged.
    [Fact]
    public async Task HandlerFailed_ExceptionThatThrowsInToString_IsLoggedByType()
    {
        foreach (var failure in new Exception[] { new UnspeakableException(), new InvalidOperationException("outer", new UnspeakableException()), new AggregateException(new UnspeakableException()), new SilentException() })
        {
            await using var receiver = new TestReceiver(services => services.AddWebSoEvents().AddHandler<WebSoEvent>("bad", (_, _, _) => throw failure));
            receiver.Logs.ExpectError("HandlerFailed");

            (await receiver.OutcomeOfAsync(new TestRequest(Bodies.StatusChange))).Should().Be(ReceiveOutcome.HandlerFailed);

            receiver.Logs.Messages("HandlerFailed").Should().ContainSingle();
            receiver.Logs.AllExceptions.Should().ContainSingle().Which.ToString().Should().Contain(failure.GetType().ToString());
        }
    }

    private static ValueTask ThrowFromHere(Exception exception) => throw exception;

    private sealed class UnspeakableException : Exception
    {
        public override string Message => throw new InvalidOperationException("no message");
    }

    private sealed class SilentException() : Exception("harmless")
    {
        public override string ToString() => null!;
    }

    private sealed class TalkativeException(string more) : Exception("harmless")
    {
        public override string ToString() => base.ToString() + more;
    }
}
