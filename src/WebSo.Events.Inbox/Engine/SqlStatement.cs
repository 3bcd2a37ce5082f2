namespace WebSo.Events.Engine;

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
}
