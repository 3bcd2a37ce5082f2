using Npgsql;

namespace WebSo.Events;

// A statement whose rows tell at most which endpoints have work, and since when it is due.
internal sealed class StatementPart(NpgsqlBatchCommand command, bool tellsOfWork = false) : BatchPart
{
    public override NpgsqlBatchCommand CreateCommand() => command;

    public override async Task ReadAsync(NpgsqlDataReader reader, WorkFound found)
    {
        while (tellsOfWork && await reader.ReadAsync().ConfigureAwait(false))
            found.Add(StoreText.Decode(reader.GetString(1)), reader.GetDateTime(2));
    }
}
