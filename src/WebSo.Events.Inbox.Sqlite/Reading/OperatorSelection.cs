namespace WebSo.Events;

// The events that an operator means: those that a filter lets through and that are in certain states, in order of arrival.
internal sealed class OperatorSelection(SqliteFilter filter, string states)
{
    public const int PageSize = 10_000;

    private readonly string _pageOf =
        $"SELECT d.seq FROM deliveries d {filter.Index} "
        + $"WHERE {filter.Condition} AND d.state IN ({states}) AND d.seq > ?8 AND d.seq <= ?9 ORDER BY d.seq LIMIT {PageSize}";

    private readonly string _row =
        "SELECT d.seq, d.state, d.endpoint, e.name, d.document FROM deliveries d NOT INDEXED JOIN endpoints e ON e.id = d.endpoint "
        + $"WHERE {filter.Condition} AND d.state IN ({states}) AND d.seq = ?8";

    public List<long> ReadPage(SqliteDatabase database, long after, long last)
    {
        var rows = database[_pageOf];
        filter.Bind(rows);
        rows.Bind(8, after).Bind(9, last);
        var page = new List<long>();
        while (rows.Step())
            page.Add(rows.Int64(0));
        return page;
    }

    // Null: since it was found, something else became of it.
    public OperatorRow? Find(WriteSession session, long sequence)
    {
        var row = session.Sql(_row);
        filter.Bind(row);
        row.Bind(8, sequence);
        if (!row.Step())
            return null;

        var found = new OperatorRow(row.Int64(0), row.Int64(1), row.Int64(2), row.Text(3), row.Text(4));
        row.Reset();
        return found;
    }
}
