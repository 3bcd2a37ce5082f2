using Npgsql;
using NpgsqlTypes;

namespace WebSo.Events;

// Notes which answers went out. What was stored together has numbers that follow each other, and is mostly answered together: one row then.
internal sealed class AnsweredPart(StoreSql sql) : BatchPart
{
    private readonly SortedDictionary<long, AnsweredOperation> _last = [];
    private readonly List<Run> _runs = [];

    public bool IsEmpty => _last.Count == 0;

    // Those of a run that was not noted, since not all of its events are there: each is to be noted for itself.
    public List<AnsweredOperation> Postponed { get; } = [];

    public bool TryAdd(AnsweredOperation answered)
    {
        if (!_last.TryGetValue(answered.Sighting.Id, out var other) || other.Sighting.Number < answered.Sighting.Number)
            _last[answered.Sighting.Id] = answered;
        return true;
    }

    public override NpgsqlBatchCommand CreateCommand()
    {
        foreach (var answered in _last.Values)
        {
            if (_runs.Count == 0 || !_runs[^1].TryAdd(answered))
                _runs.Add(new Run(answered));
        }

        var command = new NpgsqlBatchCommand(sql.Answered);
        command.Parameters
            .WithArray(NpgsqlDbType.Bigint, _runs.Select(run => run.First.Id))
            .WithArray(NpgsqlDbType.Integer, _runs.Select(run => run.First.Number))
            .WithArray(NpgsqlDbType.Bigint, _runs.Select(run => run.Last));
        return command;
    }

    public override async Task ReadAsync(NpgsqlDataReader reader, WorkFound found)
    {
        var noted = new HashSet<long>(_runs.Count);
        while (await reader.ReadAsync().ConfigureAwait(false))
            noted.Add(reader.GetInt64(0));
        foreach (var run in _runs.Where(run => run.Last is not null && !noted.Contains(run.First.Id)))
            Postponed.AddRange(run.Members);
        Postponed.ForEach(answered => answered.IsAlone = true);
    }

    private sealed class Run(AnsweredOperation first)
    {
        public List<AnsweredOperation> Members { get; } = [first];

        public WebSoInboxSighting First => first.Sighting;

        public long? Last => Members.Count == 1 ? null : Members[^1].Sighting.Id;

        public bool TryAdd(AnsweredOperation next)
        {
            var fits = IsOneOfARun(first) && IsOneOfARun(next) && First.Number == 1 && next.Sighting.Number == 1 && next.Sighting.Id == Members[^1].Sighting.Id + 1;
            if (fits)
                Members.Add(next);
            return fits;
        }

        // What may be noted already goes alone: a run that overlaps another, of other neighbours, would hide it.
        private static bool IsOneOfARun(AnsweredOperation answered) => !answered.IsAlone && !answered.IsInDoubt;
    }
}
