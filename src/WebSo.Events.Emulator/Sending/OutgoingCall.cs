namespace WebSo.Events.Emulator.Sending;

// The call for one event. Retries send the same.
internal sealed record OutgoingCall(string EventName, string DocumentId, Uri Url, byte[] Body, WebSoFaults Faults);
