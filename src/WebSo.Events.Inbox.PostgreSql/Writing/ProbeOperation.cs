namespace WebSo.Events;

// Writes what nobody reads, to learn whether it can be written.
internal sealed class ProbeOperation : AwaitedOperation<bool>;
