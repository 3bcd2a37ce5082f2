namespace WebSo.Events.Inbox.Engine;

/// <summary>
/// A statement of the engine. <c>{rows}</c> stands for a set of rows, named <c>r</c>, with the columns of <see cref="Row"/>; behind it,
/// <c>{order r.x}</c> gives their order. Each statement is a static instance: it is the key of its prepared command.
/// </summary>
internal sealed class SqlStatement(string text)
{
    /// <summary>The SQL, before a dialect has put its syntax in.</summary>
    public string Text { get; } = text;

    /// <summary>The parameters that are the same for all rows.</summary>
    public IReadOnlyList<SqlColumn> Parameters { get; init; } = [];

    /// <summary>The columns of <c>{rows}</c>. Empty: the statement has none.</summary>
    public IReadOnlyList<SqlColumn> Row { get; init; } = [];

    /// <summary>
    /// The same for one row, in a database that takes one at a time, where it costs less than <c>{rows}</c> and RETURNING: statements that are executed in order,
    /// each only if the one before has found or changed a row (also if an UPDATE set what was there). Empty: it is the text itself. Such a database
    /// executes each statement at once, so rows that an earlier statement has ruled out are not among them.
    /// </summary>
    public IReadOnlyList<string> Steps { get; init; } = [];
}
