namespace WebSo.Events.Inbox.Engine;

// A named parameter or column of a statement.
internal sealed record SqlColumn(string Name, SqlType Type);
