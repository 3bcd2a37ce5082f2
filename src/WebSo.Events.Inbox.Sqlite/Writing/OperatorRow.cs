namespace WebSo.Events;

internal sealed record OperatorRow(long Sequence, long State, long Endpoint, string EndpointName, string Document);
