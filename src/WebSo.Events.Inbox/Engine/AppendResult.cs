using System.Runtime.InteropServices;

namespace WebSo.Events.Engine;

// The stored delivery, which is the new one or the one that it duplicates, and how often that was received.
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AppendResult(Guid DeliveryId, int ReceiveCount, bool IsDuplicate);
