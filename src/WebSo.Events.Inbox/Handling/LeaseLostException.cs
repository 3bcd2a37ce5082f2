namespace WebSo.Events.Handling;

// Ends a dispatch whose lease is no longer ours: the handlers behind it are another process's to call.
internal sealed class LeaseLostException() : Exception("The lease of the delivery was lost.");
