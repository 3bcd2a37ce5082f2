using System.Runtime.InteropServices;

namespace WebSo.Events;

/// <summary>What became of a delivery that was to be stored, and of which stored event it is a sighting.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Sighting">The stored event and which of its sightings this call is; <c>default</c> where nothing is stored.</param>
/// <param name="DeliveryId">The delivery ID of the stored event: that of the first call.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct WebSoInboxAppendResult(WebSoInboxAppendOutcome Outcome, WebSoInboxSighting Sighting, Guid DeliveryId);
