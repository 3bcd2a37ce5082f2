using System.Runtime.InteropServices;

namespace WebSo.Events.Engine;

/// <summary>What became of a delivery that was to be stored.</summary>
/// <param name="DeliveryId">The stored delivery: this one, or the one that it duplicates.</param>
/// <param name="ReceiveCount">How often that was received, with this call; 1: it is new.</param>
/// <param name="IsDuplicate">Whether it duplicates a stored one.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AppendResult(Guid DeliveryId, int ReceiveCount, bool IsDuplicate);
