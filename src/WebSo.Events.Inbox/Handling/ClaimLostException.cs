namespace WebSo.Events;

// Ends a dispatch whose claim is no longer ours: the handlers behind it are another process's to call.
internal sealed class ClaimLostException() : Exception("The claim of the event was lost.");
