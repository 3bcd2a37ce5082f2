using System.Text;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class BodyMemoryTests
{
    private const int Largest = 16 * 1024 * 1024;

    [Theory]
    [InlineData(Largest)]
    [InlineData(null)]
    public async Task Receive_OneByteOfLargeBody_AllocatesLittle(int? announced)
    {
        await using var receiver = new TestReceiver(options => options.MaxBodySize = Largest);
        Func<CancellationToken, ValueTask<int>> atEnd = _ => throw new IOException("gone");

        // The first call also makes one-time allocations.
        await receiver.OutcomeOfAsync(new TestRequest("{") { Announced = announced, AtEnd = atEnd });
        var call = new TestRequest("{") { Announced = announced, AtEnd = atEnd };
        var before = GC.GetAllocatedBytesForCurrentThread();
        var receiving = receiver.Get().ReceiveAsync(call, CancellationToken.None);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        receiving.IsCompleted.Should().BeTrue("all of it ran on this thread");
        (await receiving).Outcome.Should().Be(ReceiveOutcome.BodyTorn);
        allocated.Should().BeLessThan(64 * 1024);
    }

    [Fact]
    public async Task Receive_ManySlowBodies_AreLimitedInTotalAndReleased()
    {
        await using var receiver = new TestReceiver(options => options.MaxBodySize = Largest);
        var end = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        // Each call sends 1 MiB and then stalls.
        var mebibyte = new byte[1024 * 1024];
        var slow = Enumerable.Range(0, 200)
            .Select(_ => receiver.ReceiveAsync(new TestRequest(mebibyte) { Announced = Largest, AtEnd = _ => new(end.Task) }).AsTask())
            .ToList();

        var refused = slow.Where(call => call.IsCompleted).ToList();
        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(100 * 1024 * 1024);
        (slow.Count - refused.Count).Should().BeInRange(16, 64);
        refused.Should().NotBeEmpty();
        foreach (var call in refused)
            ((await call).StatusCode, (await call).HeaderName).Should().Be((503, "Retry-After"));
        receiver.Logs.Messages("TooManyBodies").Should().ContainSingle();

        end.SetException(new IOException("gone"));
        (await Task.WhenAll(slow)).Should().Contain(receipt => receipt.Outcome == ReceiveOutcome.BodyTorn);
        (await LargestAtOnceAsync(receiver)).Should().Be(3, "nothing of the failed ones is still held");
    }

    [Fact]
    public async Task Receive_AnyOutcomeOfBody_ReleasesMemory()
    {
        await using var receiver = new TestReceiver(services => services
            .AddWebSoEvents(options => options.MaxBodySize = Largest)
            .AddHandler<WebSoEvent>("fail", (e, _, _) => e is RenderReturnEvent ? default : throw new InvalidOperationException()));
        receiver.Logs.ExpectError("HandlerFailed", "BodyConsumed");
        var handled = Encoding.UTF8.GetBytes(Bodies.RenderReturn.PadRight(Largest));
        var failed = Encoding.UTF8.GetBytes(Bodies.StatusChange.PadRight(Largest));
        var outcomes = new List<ReceiveOutcome>();

        // Ten of the largest bodies of each kind: more than the limit allows at the same time.
        for (var i = 0; i < 10; i++)
        {
            outcomes.Add(await receiver.OutcomeOfAsync(new TestRequest(handled)));
            outcomes.Add(await receiver.OutcomeOfAsync(new TestRequest(failed)));
            outcomes.Add(await receiver.OutcomeOfAsync(new TestRequest(new byte[Largest])));
            outcomes.Add(await receiver.OutcomeOfAsync(new TestRequest(new byte[Largest + 1]) { Announced = null }));
            outcomes.Add(await receiver.OutcomeOfAsync(new TestRequest(new byte[Largest - 1]) { Announced = Largest }));
            outcomes.Add(await receiver.OutcomeOfAsync(new TestRequest(handled) { IsReadBefore = true }));
        }

        outcomes.Should().NotContain(ReceiveOutcome.Unavailable).And.HaveCount(60);
        outcomes.Distinct().Should().BeEquivalentTo(
            [ReceiveOutcome.Handled, ReceiveOutcome.HandlerFailed, ReceiveOutcome.Malformed, ReceiveOutcome.BodyTooLarge, ReceiveOutcome.BodyTorn, ReceiveOutcome.BodyConsumed]);
    }

    [Fact]
    public async Task Receive_HandledBody_CountsUntilHandlerCompletes()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = new TestReceiver(services => services
            .AddWebSoEvents(options => options.MaxBodySize = Largest)
            .AddHandler<WebSoEvent>("wait", (_, _, _) => new(goOn.Task)));
        var body = Encoding.UTF8.GetBytes(Bodies.StatusChange.PadRight(Largest));

        var handling = Enumerable.Range(0, 5).Select(_ => receiver.OutcomeOfAsync(new TestRequest(body))).ToList();
        goOn.SetResult();

        (await Task.WhenAll(handling)).Should().Equal(
            ReceiveOutcome.Handled, ReceiveOutcome.Handled, ReceiveOutcome.Handled, ReceiveOutcome.Unavailable, ReceiveOutcome.Unavailable);
    }

    // A body of the maximum size counts one byte more.
    private static async Task<int> LargestAtOnceAsync(TestReceiver receiver)
    {
        var end = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var body = new byte[Largest];
        var calls = Enumerable.Range(0, 5).Select(_ => receiver.ReceiveAsync(new TestRequest(body) { AtEnd = _ => new(end.Task) }).AsTask()).ToList();
        var underWay = calls.Count(call => !call.IsCompleted);
        end.SetResult(0);
        await Task.WhenAll(calls);
        return underWay;
    }
}
