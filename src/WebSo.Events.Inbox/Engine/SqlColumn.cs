namespace WebSo.Events.Engine;

/// <summary>A named value of a statement.</summary>
internal sealed record SqlColumn(string Name, SqlType Type);
