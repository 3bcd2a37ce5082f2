using FluentAssertions;
using Xunit;

namespace WebSo.Events;

public sealed class RefusalLogTests
{
    [Theory]
    [InlineData("Unauthorized")]
    [InlineData("Forbidden")]
    [InlineData("CallbackUrlRefused")]
    [InlineData("QueryTooLong")]
    public async Task Receive_ManyRefusals_LogsOneLinePerMinuteWithCount(string line)
    {
        await using var endpoint = new TestEndpoint(options => Demand(options, line));

        for (var i = 0; i < 1000; i++)
            await endpoint.ReceiveAsync(Refused());
        var first = endpoint.Log.Messages(line);
        endpoint.Time.Advance(TimeSpan.FromSeconds(59));
        await endpoint.ReceiveAsync(Refused());
        var early = endpoint.Log.Messages(line);
        endpoint.Time.Advance(TimeSpan.FromSeconds(1));
        await endpoint.ReceiveAsync(Refused());
        var due = endpoint.Log.Messages(line);

        first.Should().ContainSingle().Which.Should().Contain("since the last message: 1.");
        early.Should().HaveCount(1);
        due.Should().HaveCount(2);
        // The count is logged by the timer, before this call.
        due[1].Should().Contain("since the last message: 1000.");
    }

    [Fact]
    public async Task Receive_ValidCallAfterAttack_LogsTheCount()
    {
        await using var endpoint = new TestEndpoint(options => options.RequireHeader("user", "foo"));
        for (var i = 0; i < 7; i++)
            await endpoint.ReceiveAsync(new TestRequest());

        endpoint.Time.Advance(TimeSpan.FromMinutes(1));
        await endpoint.ReceiveAsync(new TestRequest { Headers = { ["user"] = "foo" } });

        endpoint.Log.Messages("Unauthorized").Should().HaveCount(2).And.Subject.Last().Should().Contain("since the last message: 6.");
    }

    [Fact]
    public async Task Receive_RefusalsAtTwoEndpoints_LogsOneLineEach()
    {
        await using var endpoint = new TestEndpoint(options => options.RequireHeader("user", "foo"), null, "test", "production");

        await endpoint.ReceiveAsync(new TestRequest(), "test");
        await endpoint.ReceiveAsync(new TestRequest(), "production");

        endpoint.Log.Messages("Unauthorized").Should().HaveCount(2);
    }

    [Fact]
    public async Task Receive_ConcurrentRefusals_CountsAll()
    {
        await using var endpoint = new TestEndpoint(options => options.RequireHeader("user", "foo"));
        await endpoint.ReceiveAsync(new TestRequest());

        await Parallel.ForAsync(0, 5000, async (_, _) => await endpoint.ReceiveAsync(new TestRequest()));
        endpoint.Time.Advance(TimeSpan.FromMinutes(1));
        await endpoint.ReceiveAsync(new TestRequest());

        endpoint.Log.Messages("Unauthorized").Should().HaveCount(2).And.Subject.Last().Should().Contain("since the last message: 5000.");
    }

    private static TestRequest Refused() => new() { SentQuery = "?" + new string('a', 9000) };

    private static void Demand(WebSoEventsOptions options, string line)
    {
        if (line == "Unauthorized")
            options.RequireHeader("user", "foo");
        if (line == "Forbidden")
            options.AllowedNetworks.Add("10.0.0.0/8");
        if (line != "CallbackUrlRefused")
            return;
        options.MaxQueryLength = 16384;
        options.CallbackKeys[TestKeys.Id] = TestKeys.Secret;
        options.RequireSignedCallbackUrl = true;
    }
}
