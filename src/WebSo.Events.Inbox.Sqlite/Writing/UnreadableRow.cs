namespace WebSo.Events;

// A row that other hands, or a disk, have written to, so that what stands there is none of what this program writes.
internal sealed record UnreadableRow(long Sequence, Guid DeliveryId, string Document, string Flaw)
{
    public const string AnyAstray = "SELECT 1 FROM deliveries WHERE endpoint = ?1 AND " + SqliteSchema.IsAstray + " LIMIT 1";

    // Those in no queue that is asked for work.
    public static List<UnreadableRow> FindAstray(WriteSession session, long endpoint)
    {
        var rows = new List<UnreadableRow>();
        var found = session.Sql(
                "SELECT seq, delivery_id, document, typeof(due_at) = 'integer', CAST(state AS TEXT) FROM deliveries WHERE endpoint = ?1 AND "
                + SqliteSchema.IsAstray + " LIMIT 100")
            .Bind(1, endpoint);
        while (found.Step())
        {
            var flaw = found.Int64(3) == 0 ? "due_at is no time" : $"state is '{Shorten(found.Text(4))}', which is unknown";
            rows.Add(new UnreadableRow(found.Int64(0), DeliveryRow.Id(found.Blob(1)), found.Text(2), flaw));
        }

        return rows;
    }

    public void Bury(WriteSession session, long endpoint, string endpointName)
    {
        session.Sql("UPDATE deliveries SET state = 4, due_at = ?2, settled_at = ?2, last_error = ?3 WHERE seq = ?1")
            .Bind(1, Sequence)
            .Bind(2, session.Now)
            .Bind(3, $"The stored row can't be read: {Flaw}.")
            .Execute();
        DocumentQueue.Promote(session, endpoint, Document, endpointName);
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text.Substring(0, 40);
}
