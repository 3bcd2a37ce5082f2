using System.Diagnostics;
using FluentAssertions;
using Xunit;

namespace WebSo.Events.Inbox.Tests;

// The limits and delays of the operations that wait for the writer.
public sealed class WriteQueueTests
{
    private readonly Engine.WriteQueue _queue = new();

    [Fact]
    public void TryAdd_CountLimitReached_ReturnsFalseUntilTaken()
    {
        var added = 0;
        while (added < 100_000 && _queue.TryAdd(Append(0), isBounded: true))
            added++;

        added.Should().Be(8192);
        _queue.TryAdd(Mark(LeaseUpdateKind.Complete), isBounded: false).Should().BeTrue("what this process has begun must end");
        _queue.TakeAll().Should().HaveCount(8193);
        _queue.TryAdd(Append(0), isBounded: true).Should().BeTrue();
    }

    [Fact]
    public void TryAdd_ByteLimitReached_ReturnsFalseUntilTaken()
    {
        var added = 0;
        while (added < 1000 && _queue.TryAdd(Append(1024 * 1024), isBounded: true))
            added++;

        added.Should().Be(63, "64 MiB with what a call takes beside its body");
        _queue.TryAdd(Append(1024), isBounded: true).Should().BeTrue("a smaller one is within the bound");
        _queue.TakeAll();
        _queue.TryAdd(Append(1024 * 1024), isBounded: true).Should().BeTrue();
    }

    // It waits briefly for another operation to share its commit, then is written alone.
    [Fact]
    public void TakeAll_OnlyALeaseUpdate_ReturnsItAfterAShortDelay()
    {
        _queue.TryAdd(Mark(LeaseUpdateKind.Complete), isBounded: false);
        var begin = Stopwatch.GetTimestamp();

        _queue.TakeAll().Should().ContainSingle();

        Stopwatch.GetElapsedTime(begin).Should().BeLessThan(TimeSpan.FromSeconds(2));
    }

    // The calls were canceled while the disk was full. Later calls are written.
    [Fact(Timeout = 30_000)]
    public async Task TakeAll_AllOperationsCanceled_WaitsForMore()
    {
        using var canceled = new CancellationTokenSource();
        var append = Append(0);
        append.CancelOn(canceled.Token);
        _queue.TryAdd(append, isBounded: true);
        await canceled.CancelAsync();
        _queue.RemoveCanceled();

        var taking = Task.Run(() => _queue.TakeAll()?.Count, TestContext.Current.CancellationToken);

        (await Task.WhenAny(taking, Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken))).Should().NotBe(taking);
        _queue.TryAdd(Append(0), isBounded: true).Should().BeTrue();
        (await taking).Should().Be(1);
        _queue.Close();
        _queue.TakeAll().Should().BeNull();
    }

    [Theory]
    [InlineData(LeaseUpdateKind.Complete, false, false)]
    [InlineData(LeaseUpdateKind.Complete, true, true)]
    [InlineData(LeaseUpdateKind.Retry, true, true)]
    [InlineData(LeaseUpdateKind.Release, false, true)]
    internal void Mark_IsUrgent_WhereSomeoneWaitsForTheDocument(LeaseUpdateKind kind, bool hasWaiting, bool isUrgent)
    {
        var mark = Mark(kind);
        mark.Lease.HasWaiting = hasWaiting;

        mark.IsUrgent.Should().Be(isUrgent);
    }

    private static AppendOperation Append(int bytes) => new(new NewDelivery
    {
        Context = Context(bytes),
        EventName = "USER_FINISH",
        DocumentId = "1",
        State = WebSoInboxState.Pending,
    });

    private static LeaseUpdate Mark(LeaseUpdateKind kind) => new(
        new Lease
        {
            Sequence = 1,
            Token = 1,
            Queue = "1",
            EventName = "USER_FINISH",
            DocumentId = "1",
            Context = Context(0),
            Run = 1,
            FirstAttemptAt = DateTime.UnixEpoch,
            Age = TimeSpan.Zero,
        },
        kind);

    private static WebSoEventContext Context(int bytes) => new()
    {
        DeliveryId = Guid.Empty,
        ReceivedAt = DateTimeOffset.UnixEpoch,
        EndpointName = "",
        RequestPath = "/",
        QueryString = "",
        Body = new byte[bytes],
    };
}
