using Npgsql;
using NpgsqlTypes;

namespace WebSo.Events;

internal sealed class MarkPart(MarkKind kind, StoreSql sql, StoreClock clock) : BatchPart
{
    private readonly Dictionary<long, MarkOperation> _marks = [];

    public bool IsEmpty => _marks.Count == 0;

    public IEnumerable<long> Ids => _marks.Keys;

    public bool TryAdd(MarkOperation mark) => _marks.TryAdd(mark.Claim.Id, mark);

    public override NpgsqlBatchCommand CreateCommand()
    {
        var marks = _marks.Values;
        var command = new NpgsqlBatchCommand(kind switch
        {
            MarkKind.CompleteHandler => sql.CompleteHandler,
            MarkKind.Finish => sql.Finish,
            MarkKind.Retry => sql.Retry,
            _ => sql.Release,
        });
        var parameters = command.Parameters
            .WithArray(NpgsqlDbType.Bigint, _marks.Keys)
            .WithArray(NpgsqlDbType.Bigint, marks.Select(mark => mark.Claim.Token))
            .WithArray(NpgsqlDbType.Boolean, marks.Select(mark => mark.IsInDoubt));
        switch (kind)
        {
            case MarkKind.CompleteHandler:
                parameters.WithArray(NpgsqlDbType.Text, marks.Select(mark => StoreText.Encode(mark.HandlerName!)));
                break;
            case MarkKind.Finish:
                parameters
                    .WithArray(NpgsqlDbType.Smallint, marks.Select(mark => (short)mark.State))
                    .WithArray(NpgsqlDbType.Text, marks.Select(mark => mark.Error is null ? null : StoreText.Encode(mark.Error)))
                    .WithNow(clock);
                break;
            case MarkKind.Retry:
                parameters
                    .WithArray(NpgsqlDbType.Interval, marks.Select(mark => mark.Delay))
                    .WithArray(NpgsqlDbType.Text, marks.Select(mark => mark.Error is null ? null : StoreText.Encode(mark.Error)))
                    .WithNow(clock);
                break;
        }

        return command;
    }

    public override async Task ReadAsync(NpgsqlDataReader reader, WorkFound found)
    {
        foreach (var mark in _marks.Values)
            mark.Result = false;
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            _marks[reader.GetInt64(0)].Result = true;
            if (kind is MarkKind.Retry or MarkKind.Release)
                found.Add(StoreText.Decode(reader.GetString(1)), reader.GetDateTime(2));
        }
    }
}
