namespace WebSo.Events.Inbox.Handling;

// Ends a dispatch whose lease was lost. Another process calls the remaining handlers.
internal sealed class LeaseLostException() : Exception("The lease of the delivery was lost.");
