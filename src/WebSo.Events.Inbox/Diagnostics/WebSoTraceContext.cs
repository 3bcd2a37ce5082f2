namespace WebSo.Events;

/// <summary>The span that stored an event, as the W3C writes it: the spans of its handling are linked to it, over any restart.</summary>
/// <param name="Parent">The <c>traceparent</c>, of at most 55 characters.</param>
/// <param name="State">The <c>tracestate</c>, of at most 512 characters; null: none.</param>
internal sealed record WebSoTraceContext(string Parent, string? State);
