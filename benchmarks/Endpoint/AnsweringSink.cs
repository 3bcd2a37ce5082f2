namespace EndpointBenchmark;

// Answers 200 without a handler, to measure only the adapter and the receiver.
internal sealed class AnsweringSink : IEventSink
{
    public ValueTask<Receipt> AcceptAsync(Delivery delivery, CancellationToken cancellationToken) => new(new Receipt(ReceiveOutcome.Handled));
}
