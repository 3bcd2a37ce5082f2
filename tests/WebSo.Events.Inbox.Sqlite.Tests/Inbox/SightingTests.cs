using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static WebSo.Events.Inbox.Sqlite.Tests.InboxHost;

namespace WebSo.Events.Inbox.Sqlite.Tests;

// The window of a repeat that follows from the server's settings, and the warning that many give.
public sealed class SightingTests : IDisposable
{
    private const int Limit = 20_000;

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Limit)]
    public async Task TwentySightings_GiveOneWarning()
    {
        await using var host = await StartAsync(null);

        for (var i = 0; i < 19; i++)
            await host.PostAsync(Finish("1"));
        var before = host.Log.Of("ManyRepeats");
        for (var i = 0; i < 5; i++)
            await host.PostAsync(Finish("1"));

        before.Should().BeEmpty();
        host.Log.Of("ManyRepeats").Should().ContainSingle().Which.Should().Contain("20 times");
    }

    [Theory(Timeout = Limit)]
    [InlineData(null, 60)]
    [InlineData(10, 60)]
    [InlineData(100, 300)]
    [InlineData(36_000, 86_400)]
    public async Task DefaultWindow_IsThreeTimesTheRetryPause_FromAMinuteToADay(int? retryDelay, int window)
    {
        await using var host = await StartAsync(retryDelay);
        await PostAnsweredAsync(host);

        _time.Advance(TimeSpan.FromSeconds(window - 1));
        var within = await PostAnsweredAsync(host);
        _time.Advance(TimeSpan.FromSeconds(window + 1));
        var after = await PostAnsweredAsync(host);

        within.Should().Be(WebSoOutcome.Repeat);
        after.Should().Be(WebSoOutcome.Stored);
    }

    // The buffers of one key serve the next.
    [Fact(Timeout = Limit)]
    public async Task LongAndShortEventsInTurn_AreRepeatsOfThemselvesOnly()
    {
        await using var host = await StartAsync(null);
        var bodies = new[] { Finish("1"), Long('a'), Finish("2"), Nested('b'), Finish("3"), Long('c') };

        var first = new List<WebSoOutcome>();
        foreach (var body in bodies)
            first.Add((await host.PostAsync(body)).Outcome);
        var again = new List<WebSoOutcome>();
        foreach (var body in bodies.Reverse())
            again.Add((await host.PostAsync(body)).Outcome);

        first.Should().AllBeEquivalentTo(WebSoOutcome.Stored);
        again.Should().AllBeEquivalentTo(WebSoOutcome.Repeat);

        static string Long(char letter) => Finish("1").Replace("}", $$""","note":"{{new string(letter, 20_000)}}"}""", StringComparison.Ordinal);
        static string Nested(char letter) => Finish("1").Replace("}", $$$""","a":{"z":1,"y":{"x":"{{{letter}}}","w":[1,2]}},"b":2}""", StringComparison.Ordinal);
    }

    private int _others;

    // What is stored after the note that the answer went out comes after it.
    private async Task<WebSoOutcome> PostAnsweredAsync(InboxHost host)
    {
        var receipt = await host.PostAsync(Finish("1"));
        await host.PostAsync(Finish($"other-{_others++}"));
        return receipt.Outcome;
    }

    private Task<InboxHost> StartAsync(int? retryDelay) => InboxHost.StartAsync(
        _folder.File(),
        endpoint => endpoint.AddHandler<WebSoEvent>("a", (_, _, _) => default),
        timeProvider: _time,
        configureEndpoint: options => options.ServerRetryDelay = retryDelay is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
}
