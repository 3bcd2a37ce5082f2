using System.Text;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace WebSo.Events.Tests;

public sealed class BodyTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(7, true)]
    [InlineData(1, false)]
    [InlineData(4096, false)]
    public async Task Receive_BodyInSeveralReads_IsComplete(int pieceSize, bool isAnnounced)
    {
        byte[]? received = null;
        await using var receiver = Receiver(body => received = body);
        var body = Pad(10_000);

        var outcome = await receiver.OutcomeOfAsync(isAnnounced
            ? new TestRequest(body) { PieceSize = pieceSize }
            : new TestRequest(body) { PieceSize = pieceSize, Announced = null });

        outcome.Should().Be(ReceiveOutcome.Handled);
        received.Should().Equal(body);
    }

    [Theory]
    [InlineData(256, 256, true, ReceiveOutcome.Handled)]
    [InlineData(256, 257, true, ReceiveOutcome.BodyTooLarge)]
    [InlineData(256, 256, false, ReceiveOutcome.Handled)]
    [InlineData(256, 257, false, ReceiveOutcome.BodyTooLarge)]
    [InlineData(65536, 65536, true, ReceiveOutcome.Handled)]
    [InlineData(65536, 65537, true, ReceiveOutcome.BodyTooLarge)]
    [InlineData(65536, 65536, false, ReceiveOutcome.Handled)]
    [InlineData(65536, 65537, false, ReceiveOutcome.BodyTooLarge)]
    [InlineData(65536, 1_000_000, false, ReceiveOutcome.BodyTooLarge)]
    internal async Task Receive_BodyOverLimit_IsRefused(int limit, int size, bool isAnnounced, ReceiveOutcome outcome)
    {
        await using var receiver = new TestReceiver(options => options.MaxBodySize = limit);
        var request = isAnnounced ? new TestRequest(Pad(size)) : new TestRequest(Pad(size)) { Announced = null };

        (await receiver.OutcomeOfAsync(request)).Should().Be(outcome);

        if (isAnnounced && outcome == ReceiveOutcome.BodyTooLarge)
            request.Reads.Should().Be(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Receive_ConnectionLost_ReturnsBodyTorn(bool isAnnounced)
    {
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { });
        Func<CancellationToken, ValueTask<int>> atEnd = _ => throw new IOException("connection reset");

        var outcome = await receiver.OutcomeOfAsync(new TestRequest("{\"event\"") { Announced = isAnnounced ? 50 : null, AtEnd = atEnd });

        outcome.Should().Be(ReceiveOutcome.BodyTorn);
    }

    [Theory]
    [InlineData(Bodies.StatusChange, 200, false, ReceiveOutcome.BodyTorn)]
    [InlineData(Bodies.StatusChange, 200, true, ReceiveOutcome.BodyConsumed)]
    [InlineData("", 200, false, ReceiveOutcome.BodyTorn)]
    [InlineData("", 200, true, ReceiveOutcome.BodyConsumed)]
    [InlineData("", null, true, ReceiveOutcome.BodyConsumed)]
    [InlineData("", null, false, ReceiveOutcome.BodyEmpty)]
    [InlineData("", 0, false, ReceiveOutcome.BodyEmpty)]
    [InlineData(Bodies.StatusChange, null, true, ReceiveOutcome.BodyConsumed)]
    [InlineData(Bodies.StatusChange, 20, false, ReceiveOutcome.Handled)]
    internal async Task Receive_BodyEndsEarly_IsTornUnlessConsumed(string body, int? announced, bool isReadBefore, ReceiveOutcome outcome)
    {
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { });
        receiver.Logs.ExpectError("BodyConsumed");

        (await receiver.OutcomeOfAsync(new TestRequest(body) { Announced = announced, IsReadBefore = isReadBefore })).Should().Be(outcome);

        receiver.Logs.Messages("BodyConsumed").Should().HaveCount(outcome == ReceiveOutcome.BodyConsumed ? 1 : 0);
    }

    [Fact]
    public async Task Receive_BodyDoesNotArrive_TimesOut()
    {
        await using var receiver = new TestReceiver(options => options.BodyTimeout = TimeSpan.FromSeconds(10));
        var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var receiving = receiver.OutcomeOfAsync(new TestRequest("{") { Announced = 50, AtEnd = token => WaitAsync(waits, token) });
        await waits.Task;
        receiver.Time.Advance(TimeSpan.FromSeconds(9.9));
        receiving.IsCompleted.Should().BeFalse();
        receiver.Time.Advance(TimeSpan.FromSeconds(0.1));

        (await receiving).Should().Be(ReceiveOutcome.BodyTimeout);
        receiver.Logs.Messages("BodyTimeout").Should().ContainSingle();
    }

    [Theory]
    [InlineData(ReceiveOutcome.BodyTimeout, "BodyTimeout")]
    [InlineData(ReceiveOutcome.BodyMalformed, "BodyMalformed")]
    [InlineData(ReceiveOutcome.BodyTorn, "BodyTorn")]
    [InlineData(ReceiveOutcome.BodyConsumed, "BodyConsumed")]
    internal async Task Receive_BodyException_SetsOutcomeAndLogsCause(ReceiveOutcome outcome, string line)
    {
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { });
        receiver.Logs.ExpectError("BodyConsumed");

        var received = await receiver.OutcomeOfAsync(new TestRequest("{") { Announced = 50, AtEnd = _ => throw new BodyException(outcome, "the cause") });

        received.Should().Be(outcome);
        receiver.Logs.Messages(line).Should().ContainSingle().Which.Should().Contain("the cause");
    }

    [Fact]
    public async Task Receive_ProcessStops_ReturnsBodyTorn()
    {
        await using var receiver = new TestReceiver((WebSoEventsOptions _) => { });
        using var end = new CancellationTokenSource();
        var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var receiving = receiver.ReceiveAsync(new TestRequest("{") { Announced = 50, AtEnd = token => WaitAsync(waits, token) }, "", end.Token);
        await waits.Task;
        await end.CancelAsync();

        (await receiving).Outcome.Should().Be(ReceiveOutcome.BodyTorn);
    }

    private static async ValueTask<int> WaitAsync(TaskCompletionSource waits, CancellationToken token)
    {
        waits.TrySetResult();
        await Task.Delay(Timeout.Infinite, token);
        return 0;
    }

    private static byte[] Pad(int size) => Encoding.UTF8.GetBytes(Bodies.StatusChange.PadRight(size));

    private static TestReceiver Receiver(Action<byte[]> keep) => new(services => services.AddWebSoEvents().OnEvent(context => keep(context.Body.ToArray())));
}
