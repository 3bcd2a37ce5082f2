using System.Runtime.InteropServices;

namespace WebSo.Events.Inbox.Engine;

// The ID of the stored delivery (the new one, or the one that it duplicates), and how often it was received.
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AppendResult(Guid DeliveryId, int ReceiveCount, bool IsDuplicate);
