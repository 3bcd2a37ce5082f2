namespace WebSo.Events;

internal readonly record struct TransportAnswer(int Status, string? Location);
