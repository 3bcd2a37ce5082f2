namespace WebSo.Events;

// What is sent for one event: decided once, the same in each repeat.
internal sealed record OutgoingCall(string EventName, string DocumentId, Uri Url, byte[] Body, WebSoFaults Faults);
