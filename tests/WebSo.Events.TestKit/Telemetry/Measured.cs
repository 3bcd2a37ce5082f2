namespace WebSo.Events;

/// <summary>One measurement, with its tags as text.</summary>
public sealed record Measured(string Instrument, string? Unit, double Value, IReadOnlyDictionary<string, string> Tags);
