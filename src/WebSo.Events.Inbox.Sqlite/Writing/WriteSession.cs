using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace WebSo.Events;

// The writer's connection, and what is known within a transaction on it.
internal sealed class WriteSession(SqliteDatabase database, TimeProvider timeProvider) : IDisposable
{
    private readonly Dictionary<string, long> _endpoints = new(StringComparer.Ordinal);
    private readonly HashSet<string> _signals = new(StringComparer.Ordinal);
    private readonly List<long> _answered = [];
    private long _sequence;
    private long _sequenceAtBegin;
    private bool _keepsNotes;
    private bool _isOpen;
    private long? _dataVersion;

    // The time of the transaction, in ticks, UTC.
    public long Now { get; private set; }

    public bool HasMoved => database.HasMoved();

    public MalformedCount Malformed { get; } = new();

    public ReceivedMinutes Minutes { get; } = new();

    // Another number once another connection has committed.
    public long DataVersion => _dataVersion ??= Sql("PRAGMA data_version").ReadInt64() ?? 0;

    // The endpoints of which something can be claimed since the begin.
    public IReadOnlyCollection<string> Signals => _signals;

    public static WriteSession Open(string path, bool canCreate, TimeProvider timeProvider) => new(SqliteInboxFile.Open(path, canCreate), timeProvider);

    public SqliteStatement Sql(string sql) => database[sql];

    public void Signal(string endpointName) => _signals.Add(endpointName);

    // Numbers of events and positions in queues are of one sequence, and never given twice.
    public long NextSequence() => ++_sequence;

    // One that is no event's. It counts as answered, so that the ranges on both sides are one.
    public long SkipSequence()
    {
        _answered.Add(NextSequence());
        return _sequence;
    }

    // Both of the first sighting of an event. One that is not stored yet was stored in a file that this one has replaced.
    public void NoteAnswered(long sequence)
    {
        if (sequence <= _sequenceAtBegin)
            _answered.Add(sequence);
    }

    public bool IsAnswered(long sequence) => _answered.Contains(sequence) || AnsweredRanges.Contain(this, sequence);

    public void Begin(bool keepsNotes = true)
    {
        _keepsNotes = keepsNotes;
        _signals.Clear();
        _answered.Clear();
        Sql("BEGIN IMMEDIATE").Execute();
        _isOpen = true;
        _dataVersion = null;
        Now = timeProvider.GetUtcNow().UtcTicks;
        _sequence = _sequenceAtBegin = Sql("SELECT sequence FROM inbox").ReadInt64() ?? 0;
    }

    public void WriteNotes()
    {
        if (_keepsNotes)
            AnsweredRanges.Add(this, _answered);
    }

    // How long the file took.
    public TimeSpan Commit()
    {
        // Of an endpoint that is paused nothing can be claimed: each look for it would be for nothing.
        _signals.RemoveWhere(name => Sql("SELECT paused FROM endpoints WHERE name = ?1").Bind(1, name).ReadInt64() == 1);
        if (_sequence != _sequenceAtBegin)
            Sql("UPDATE inbox SET sequence = ?1").Bind(1, _sequence).Execute();
        var begin = Stopwatch.GetTimestamp();
        Sql("COMMIT").Execute();
        _isOpen = false;
        return TimeSpan.FromSeconds((double)(Stopwatch.GetTimestamp() - begin) / Stopwatch.Frequency);
    }

    public void Rollback()
    {
        _endpoints.Clear();
        Malformed.Forget();
        Minutes.Forget();
        database.ResetStatements();
        if (!_isOpen)
            return;

        _isOpen = false;
        Sql("ROLLBACK").Execute();
    }

    public bool TryRollback()
    {
        try
        {
            Rollback();
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    public long EndpointId(string name)
    {
        if (_endpoints.TryGetValue(name, out var id))
            return id;

        id = Sql("SELECT id FROM endpoints WHERE name = ?1").Bind(1, name).ReadInt64()
            ?? Sql("INSERT INTO endpoints(name) VALUES (?1) RETURNING id").Bind(1, name).ReadInt64()!.Value;
        _endpoints.Add(name, id);
        return id;
    }

    public void Dispose() => database.Dispose();
}
