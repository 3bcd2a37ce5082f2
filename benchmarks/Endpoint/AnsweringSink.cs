using WebSo.Events;

namespace EndpointBenchmark;

// Answers 200 without a handler, so that what the adapter and the receiver cost is seen alone.
internal sealed class AnsweringSink : IWebSoEventSink
{
    public ValueTask<WebSoReceipt> AcceptAsync(WebSoDelivery delivery, CancellationToken cancellationToken) => new(new WebSoReceipt(WebSoOutcome.Handled));
}
