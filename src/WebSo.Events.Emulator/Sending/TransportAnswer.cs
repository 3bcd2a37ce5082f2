namespace WebSo.Events.Emulator.Sending;

internal readonly record struct TransportAnswer(int Status, string? Location);
