using FluentAssertions;
using Xunit;

namespace WebSo.Events.TestKit;

/// <summary>A stored delivery is handed over to the worker of the same process if it has room.</summary>
public abstract class HandOverEngineContract : EngineContract
{
    [Fact]
    public async Task Append_WithRoom_IsHandedOverAndCannotBeClaimed()
    {
        var worker = Attach(room: 1);
        var delivery = new NewDelivery
        {
            Context = Delivery().Context,
            EventName = "USER_FINISH",
            DocumentId = "1",
            State = WebSoInboxState.Pending,
            Event = new UserFinishEvent { DocumentId = "1", UserId = "1", FieldsSigned = 1 },
        };

        var id = await AppendAsync(delivery);
        var lease = await worker.Started.Reader.ReadAsync(Token);

        lease.Context.Should().BeSameAs(delivery.Context);
        lease.Event.Should().BeSameAs(delivery.Event);
        (lease.Context.Attempt, lease.Interruptions, lease.IsTakeover).Should().Be((1, 0, false));
        (await ClaimAsync()).Should().BeEmpty();
        (await EntryAsync(id)).Should().BeEquivalentTo(new { State = WebSoInboxState.Handling, Attempts = 1 });
        (await HandledAsync(lease)).Should().BeTrue();
        await CheckInvariantsAsync();
    }

    // The lease is valid from the start of the transaction, no matter how long the COMMIT takes.
    [Fact]
    public async Task HandOver_Lease_IsValidFromTheStartOfTheTransaction()
    {
        var dialect = new InterruptedDialect(CreateDialect(Time));
        var engine = await OpenAnotherAsync(dialect);
        var worker = new TestWorker(room: 1);
        engine.AttachWorker("", worker);
        var begin = Time.GetTimestamp();
        dialect.BeforeNext(() => Time.Advance(TimeSpan.FromSeconds(9)));

        await AppendAsync(engine, Delivery());

        await worker.Started.Reader.ReadAsync(Token);
        worker.GrantedAt.Should().Be(begin);
    }

    [Fact]
    public async Task Append_WithoutRoom_WakesTheWorkerForAClaim()
    {
        var worker = Attach(room: 0);

        await AppendAsync(Delivery());
        await worker.Woken.Reader.ReadAsync(Token);

        (await ClaimOneAsync()).Context.Attempt.Should().Be(1);
        worker.Reserved.Should().Be(0);
    }

    [Fact]
    public async Task Append_WhilePaused_IsNotHandedOver()
    {
        var worker = Attach(room: 1);
        await Engine.PauseAsync("", Token);

        await AppendAsync(Delivery());

        worker.Started.Reader.TryRead(out _).Should().BeFalse();
        worker.Reserved.Should().Be(0);
        worker.Woken.Reader.TryRead(out _).Should().BeFalse();
        await Engine.ResumeAsync("", Token);
        await worker.Woken.Reader.ReadAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);
        (await ClaimAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task Append_BehindAnotherDelivery_CancelsItsReservation()
    {
        var worker = Attach(room: 2);
        await AppendAsync(Delivery("1"));
        await AppendAsync(Delivery("1"));

        var first = await worker.Started.Reader.ReadAsync(Token);

        worker.Started.Reader.TryRead(out _).Should().BeFalse();
        worker.Reserved.Should().Be(1);
        first.HasWaiting.Should().BeTrue();
    }

    [Fact]
    public async Task Complete_WithAWaitingDelivery_HandsOverTheNext()
    {
        var worker = Attach(room: 2);
        await AppendAsync(Delivery("1"));
        var second = await AppendAsync(Delivery("1", body: "{\"x\":2}"));
        var first = await worker.Started.Reader.ReadAsync(Token);

        (await HandledAsync(first)).Should().BeTrue();
        var next = await worker.Started.Reader.ReadAsync(Token);

        next.Context.DeliveryId.Should().Be(second);
        next.Context.Body.ToArray().Should().Equal("{\"x\":2}"u8.ToArray());
        (await ClaimAsync()).Should().BeEmpty();
        (await HandledAsync(next)).Should().BeTrue();
        await CheckInvariantsAsync();
    }

    [Fact]
    public async Task Complete_WithAWaitingDeliveryAndNoRoom_WakesTheWorker()
    {
        var worker = Attach(room: 1);
        await AppendAsync(Delivery("1"));
        var second = await AppendAsync(Delivery("1"));
        var first = await worker.Started.Reader.ReadAsync(Token);

        await HandledAsync(first);

        (await ClaimOneAsync()).Context.DeliveryId.Should().Be(second);
    }

    [Fact]
    public async Task Append_DuplicateOrUnhandledDelivery_IsNotHandedOver()
    {
        var worker = Attach(room: 5);
        await AppendAsync(Delivery("1", key: "a"));
        await Engine.AppendAsync(Delivery("1", key: "a"), Token);
        await AppendAsync(Delivery("2", state: WebSoInboxState.Unhandled));

        await worker.Started.Reader.ReadAsync(Token);

        worker.Started.Reader.TryRead(out _).Should().BeFalse();
        worker.Reserved.Should().Be(1);
    }

    [Fact]
    public async Task HandOver_WorkerOfAnotherEndpoint_GetsNothing()
    {
        var worker = Attach(room: 5);

        await AppendAsync(Delivery(endpoint: "b"));

        worker.Reserved.Should().Be(0);
        (await ClaimAsync(endpoint: "b")).Should().ContainSingle();
    }

    private protected TestWorker Attach(int room)
    {
        var worker = new TestWorker(room);
        Engine.AttachWorker("", worker);
        return worker;
    }
}
