namespace WebSo.Events.Engine;

// A named parameter or column of a statement.
internal sealed record SqlColumn(string Name, SqlType Type);
