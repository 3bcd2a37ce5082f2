namespace WebSo.Events.Engine;

// A named value of a statement.
internal sealed record SqlColumn(string Name, SqlType Type);
