namespace EndpointBenchmark;

// Answers 200 without a handler, so that what the adapter and the receiver cost is seen alone.
internal sealed class AnsweringSink : IEventSink
{
    public ValueTask<Receipt> AcceptAsync(Delivery delivery, CancellationToken cancellationToken) => new(new Receipt(ReceiveOutcome.Handled));
}
