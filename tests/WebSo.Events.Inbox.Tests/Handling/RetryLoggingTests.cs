using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static WebSo.Events.TestKit.InboxHost;

namespace WebSo.Events.Inbox.Tests;

// The log messages of failed attempts.
public sealed class RetryLoggingTests : IDisposable
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(250.4, "250 ms")]
    [InlineData(999, "999 ms")]
    [InlineData(1_000, "1 s")]
    [InlineData(4_300, "4 s")]
    [InlineData(119_000, "119 s")]
    [InlineData(120_000, "2 min")]
    [InlineData(7_140_000, "119 min")]
    [InlineData(7_200_000, "2 h")]
    [InlineData(86_400_000, "24 h")]
    public void TextOf_Delay_IsReadable(double milliseconds, string expected) => DeliveryHandler.TextOf(TimeSpan.FromMilliseconds(milliseconds)).Should().Be(expected);

    [Fact(Timeout = Limit)]
    public async Task Log_EachAttempt_ContainsTheNextDelay()
    {
        await using var host = await StartAsync(
            _folder.File(),
            endpoint => endpoint.AddHandler<WebSoEvent>("a", (_, context, _) => throw (context.Attempt == 4
                ? new WebSoEventRejectedException("Unknown customer")
                : new WebSoEventRetryException(TimeSpan.FromSeconds(4)))),
            options => options.MaxRetryDuration = TimeSpan.FromHours(1),
            _time);
        var token = TestContext.Current.CancellationToken;

        await host.PostAsync(Finish("1"));
        for (var attempt = 1; attempt < 4; attempt++)
        {
            await host.Log.WaitForAsync("Retry", attempt, token);
            while ((await host.WaitForAsync(WebSoInboxState.Pending)).NextAttemptAt is not { } next || next <= _time.GetUtcNow())
                await Task.Yield();
            _time.Advance(TimeSpan.FromSeconds(4));
        }

        await host.WaitForAsync(WebSoInboxState.DeadLetter);

        host.Log.Messages("Retry").Should().HaveCount(3).And.AllSatisfy(line => line.Should().Contain("next attempt in 4 s: event USER_FINISH of document 1, delivery "));
        host.Log.Messages("Retry").Select(line => line[..16]).Should().Equal("Attempt 1 failed", "Attempt 2 failed", "Attempt 3 failed");
        host.Log.Messages("DeadLetter").Should().ContainSingle().Which.Should().Contain("is a dead letter after attempt 4: Unknown customer. Fix the cause");
        host.Log.Exceptions("Retry").Select(exception => exception is not null).Should().Equal(true, false, false);
        host.Log.Exceptions("DeadLetter").Should().ContainSingle().Which!.ToString().Should().Contain(nameof(RetryLoggingTests), "the stack contains the handler");
        host.Log.Exceptions("Retry")[0]!.ToString().Should().Contain(nameof(RetryLoggingTests));
    }
}
