using Npgsql;

namespace WebSo.Events;

// A statement whose rows tell at most which endpoints have work.
internal sealed class StatementPart(NpgsqlBatchCommand command, int? endpointColumn = null) : BatchPart
{
    public override NpgsqlBatchCommand CreateCommand() => command;

    public override async Task ReadAsync(NpgsqlDataReader reader, ISet<string> signals)
    {
        while (endpointColumn is { } column && await reader.ReadAsync().ConfigureAwait(false))
            signals.Add(StoreText.Decode(reader.GetString(column)));
    }
}
