namespace WebSo.Events;

// One call of the receiver. It returns the status of the answer, whatever it is.
internal interface ITransport : IDisposable
{
    Task<int> PostAsync(OutgoingCall call, WebSoFaults faults, CancellationToken cancellationToken);
}
