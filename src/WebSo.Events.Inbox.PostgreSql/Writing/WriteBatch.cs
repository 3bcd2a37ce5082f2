using Npgsql;
using NpgsqlTypes;

namespace WebSo.Events;

// One transaction of the writer: all of it goes to the server in one round trip.
internal sealed class WriteBatch(StoreSql sql, StoreClock clock, HashSet<string> knownEndpoints)
{
    // Each operation takes a lock, of which a server has some thousands for all its sessions.
    private const int MaxCount = 256;
    private const int MaxBytes = 1024 * 1024;

    private readonly AppendPart _appends = new(sql, clock);
    private readonly AnsweredPart _answered = new(sql);
    private readonly MarkPart[] _marks = [.. Enum.GetValues<MarkKind>().Select(kind => new MarkPart(kind, sql, clock))];
    private int _bytes;
    private bool _hasProbe;

    public List<WriteOperation> Operations { get; } = [];

    // After the commit: what is not written, and must be in another transaction.
    public IReadOnlyList<WriteOperation> Postponed => [.. _answered.Postponed, .. _appends.Postponed];

    public WorkFound Found { get; } = new();

    public IEnumerable<string> NewEndpoints => _appends.Firsts
        .Select(append => append.Delivery.Context.EndpointName)
        .Where(name => !knownEndpoints.Contains(name))
        .Distinct();

    public bool TryAdd(WriteOperation operation)
    {
        if (Operations.Count == MaxCount || (Operations.Count > 0 && _bytes + operation.Bytes > MaxBytes))
            return false;

        var isAdded = operation switch
        {
            AppendOperation append => _appends.TryAdd(append),
            MarkOperation mark => _marks[(int)mark.Kind].TryAdd(mark),
            AnsweredOperation answered => _answered.TryAdd(answered),
            ProbeOperation => _hasProbe = true,
            _ => throw new ArgumentException($"{operation.GetType()} is no operation of this store.", nameof(operation)),
        };
        if (isAdded)
        {
            Operations.Add(operation);
            _bytes += operation.Bytes;
        }

        return isAdded;
    }

    public async Task WriteAsync(NpgsqlConnection connection, string lockTimeout)
    {
        var parts = CreateParts(lockTimeout);
        var batch = new NpgsqlBatch(connection) { Timeout = 15 };
        await using var disposal = batch.ConfigureAwait(false);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(StoreSql.Begin));
        foreach (var part in parts)
            batch.BatchCommands.Add(part.CreateCommand());
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));

        Operations.ForEach(operation => operation.IsInDoubt = true);
        var reader = await batch.ExecuteReaderAsync().ConfigureAwait(false);
        await using var readerDisposal = reader.ConfigureAwait(false);
        foreach (var part in parts)
        {
            await part.ReadAsync(reader, Found).ConfigureAwait(false);
            await reader.NextResultAsync().ConfigureAwait(false);
        }

        while (await reader.NextResultAsync().ConfigureAwait(false))
        {
        }

        _appends.Postponed.ForEach(append => append.IsInDoubt = false);
        knownEndpoints.UnionWith(_appends.Firsts.Select(append => append.Delivery.Context.EndpointName));
    }

    private List<BatchPart> CreateParts(string lockTimeout)
    {
        // Each yields rows, if none: a reader passes over statements that can't.
        var parts = new List<BatchPart>();
        AddStatement(parts, sql.Settings).With(NpgsqlDbType.Text, lockTimeout);
        var keys = _appends.Firsts.Select(append => append.QueueKey);
        if (_appends.Firsts.Any(append => append.Delivery.State == WebSoInboxState.Malformed))
            keys = keys.Append(QueueKey.Malformed);
        AddStatement(parts, sql.Lock)
            .WithArray(NpgsqlDbType.Bigint, keys)
            .WithArray(NpgsqlDbType.Bigint, _marks.SelectMany(mark => mark.Ids));

        // Before the appends: what came with them may repeat what was answered.
        if (!_answered.IsEmpty)
            parts.Add(_answered);
        if (!_appends.IsEmpty)
        {
            string[] endpoints = [.. NewEndpoints.Order(StringComparer.Ordinal).Select(StoreText.Encode)];
            if (endpoints.Length > 0)
                AddStatement(parts, sql.AddEndpoints).WithArray(NpgsqlDbType.Text, endpoints);
            parts.Add(_appends);
        }

        parts.AddRange(_marks.Where(mark => !mark.IsEmpty));
        var finished = _marks[(int)MarkKind.Finish];
        if (!finished.IsEmpty)
            AddStatement(parts, sql.Promote, tellsOfWork: true).WithArray(NpgsqlDbType.Bigint, finished.Ids);
        if (_hasProbe)
            AddStatement(parts, sql.Probe);
        return parts;
    }

    private static NpgsqlParameterCollection AddStatement(List<BatchPart> parts, string statement, bool tellsOfWork = false)
    {
        var command = new NpgsqlBatchCommand(statement);
        parts.Add(new StatementPart(command, tellsOfWork));
        return command.Parameters;
    }
}
