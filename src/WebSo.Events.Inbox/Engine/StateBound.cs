using System.Runtime.InteropServices;

namespace WebSo.Events.Engine;

/// <summary>How many deliveries of an endpoint may be in a state, and how many bytes their bodies may have.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StateBound(long MaxCount, long MaxBytes);
