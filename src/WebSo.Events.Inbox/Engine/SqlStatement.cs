namespace WebSo.Events.Inbox.Engine;

/// <summary>
/// A statement of the engine. <c>{rows}</c> is replaced by a set of rows, with the alias <c>r</c> and the columns of <see cref="Row"/>, and
/// <c>{order r.x}</c> by its order. Each statement is a static instance, because it is the key of its prepared command.
/// </summary>
internal sealed class SqlStatement(string text)
{
    /// <summary>The SQL, before the dialect inserts its syntax.</summary>
    public string Text { get; } = text;

    /// <summary>The parameters that are the same for all rows.</summary>
    public IReadOnlyList<SqlColumn> Parameters { get; init; } = [];

    /// <summary>The columns of <c>{rows}</c>; empty if the statement has no rows.</summary>
    public IReadOnlyList<SqlColumn> Row { get; init; } = [];

    /// <summary>
    /// The statements for a single row, for databases that take one row at a time and execute them faster than <see cref="Text"/> with
    /// RETURNING. They run in order, each only if the previous one found or changed a row. Empty if <see cref="Text"/> is used. Such a
    /// database executes each statement immediately, so the rows exclude those that an earlier statement has ruled out.
    /// </summary>
    public IReadOnlyList<string> Steps { get; init; } = [];
}
