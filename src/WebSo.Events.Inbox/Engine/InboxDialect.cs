using System.Data.Common;

namespace WebSo.Events.Engine;

/// <summary>
/// What one kind of database needs: types, syntax, parameters, connections, and what its errors mean. No logic: that is the engine's.
/// Used by many threads at once.
/// </summary>
internal abstract class InboxDialect : IDisposable
{
    /// <summary>How messages and logs name this inbox, as "the inbox /data/events.db". Without any secret.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Whether a statement gets all its rows at once, as arrays. False: it is executed once for each row.
    /// </summary>
    public virtual bool TakesRowSets => false;

    /// <summary>Whether <see cref="ForUpdate"/> locks rows against other sessions. False: one session writes at a time.</summary>
    public bool LocksRows => ForUpdate.Length > 0;

    /// <summary>What follows a SELECT that locks the rows it finds, as <c>FOR UPDATE OF p</c>; the table is named <c>p</c>.</summary>
    public virtual string ForUpdate => "";

    /// <summary>What follows a SELECT that locks the rows it finds and leaves out those that are locked.</summary>
    public virtual string SkipLocked => "";

    /// <summary>The SQL expression of the present time: the database's clock, or <c>@now</c>, which the engine sets from its own.</summary>
    public virtual string Now => "@now";

    /// <summary>The SQL expression that is added to a time to get one a minute later.</summary>
    public abstract string Minute { get; }

    /// <summary>What stands behind the closing parenthesis of CREATE TABLE.</summary>
    /// <param name="isClustered">Whether the rows are found by a primary key of other types than one number, and nothing else.</param>
    public virtual string TableOptions(bool isClustered) => "";

    /// <summary>Counts the tables named <c>webso_endpoints</c>.</summary>
    public abstract string CountTables { get; }

    /// <summary>What is to be executed behind the engine's own schema, as storage parameters.</summary>
    public virtual IReadOnlyList<string> ExtraSchema => [];

    /// <summary>What is to be executed before the engine's own schema is looked for, within the same transaction, as a lock of those who do the same.</summary>
    public virtual IReadOnlyList<string> BeforeSchema => [];

    /// <summary>What an operator does who may not let the engine create the tables.</summary>
    public virtual string SchemaAdvice => "Set it, or create them first.";

    /// <summary>The type of a column in CREATE TABLE, with its collation.</summary>
    public abstract string TypeOf(SqlType type);

    /// <summary>
    /// The row source behind FROM, named <c>r</c>. With row sets also a column <c>n</c>: the number of the row.
    /// </summary>
    public virtual string Rows(IReadOnlyList<SqlColumn> columns) =>
        $"(SELECT {string.Join(", ", columns.Select(column => $"@{column.Name} AS {column.Name}"))}) AS r";

    /// <summary>The last change to the text of a statement: names in a schema, syntax that differs.</summary>
    public virtual string Translate(string sql) => sql;

    /// <summary>Opens the connection of the writer.</summary>
    /// <param name="canCreate">Whether a database that does not exist may be created, where a connection can do that.</param>
    /// <exception cref="WebSoInboxStoreException">It can't be used, whoever tries again: the message says what to do.</exception>
    public abstract DbConnection OpenWriter(bool canCreate);

    /// <summary>Called before the first connection that only reads, if there is no writer.</summary>
    /// <exception cref="WebSoInboxStoreException">The database can't be used: the message says what to do.</exception>
    public virtual void EnsureReadable()
    {
    }

    /// <summary>Opens a connection that only reads. Kept and used again.</summary>
    public abstract DbConnection OpenReader();

    /// <summary>Makes the session of a connection that this dialect has opened.</summary>
    public abstract SqlSession CreateSession(DbConnection connection);

    /// <summary>How many connections that only read are kept at most.</summary>
    public virtual int MaxReaders => 4;

    /// <summary>Whether the start tries again after a failure.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="waited">Since the first try.</param>
    public virtual bool IsAwaited(Exception failure, TimeSpan waited) => Classify(failure) == FailureKind.Busy;

    /// <summary>What a failure means for what was to be written.</summary>
    public abstract FailureKind Classify(Exception failure);

    /// <summary>Whether a failed COMMIT may have been done all the same.</summary>
    public abstract bool MayHaveCommitted(Exception failure);

    /// <summary>What happened and, where the failure tells, what to do about it.</summary>
    public virtual string Describe(Exception failure) => failure.Message;

    /// <summary>Called on the writer's connection after each COMMIT. Throws if what was written is lost: the same is written again.</summary>
    public virtual void AfterCommit(DbConnection connection)
    {
    }

    /// <summary>
    /// Opens a connection that keeps all others out, so that all leases can be ended: their processes have ended too. Null: there are others,
    /// or it can't be told.
    /// </summary>
    public virtual DbConnection? OpenAlone() => null;

    /// <summary>Why nothing new should be stored, as the disk is nearly full; null: it can be stored. Asked at each call.</summary>
    public virtual string? FindShortage() => null;

    /// <summary>Whether a connection sees another database than a new one would: its file was replaced.</summary>
    public virtual bool IsStale(DbConnection connection) => false;

    /// <summary>Whether what a connection has read may be wrong: it takes no locks, and somebody writes by now.</summary>
    public virtual bool HasMissedWrites(DbConnection connection) => false;

    /// <summary>Called on the writer's connection after rows were removed: gives their space back, some at a time.</summary>
    public virtual void ReleaseSpace(DbConnection connection)
    {
    }

    /// <summary>Called on the writer's connection after rows were erased: removes what is left of them outside the tables.</summary>
    /// <returns>What may be left, and how to remove it; null: nothing.</returns>
    public virtual string? RemoveTraces(DbConnection connection) => null;

    /// <summary>Copies all that is stored to a new file, while the writer writes. Called on any thread.</summary>
    /// <param name="path">The file to create.</param>
    /// <param name="canReplace">Whether an earlier backup at this path is replaced.</param>
    public virtual void Backup(string path, bool canReplace) =>
        throw new WebSoInboxStoreException($"{Name} is not a file, so the inbox can't copy it. Use the backup of the database, as pg_dump.");

    /// <summary>Called on the writer's connection before it is closed for good.</summary>
    public virtual void BeforeClose(DbConnection connection)
    {
    }

    /// <summary>Called by the writer after a COMMIT: tells other processes, soon, that something of an endpoint may be claimed. Or they poll.</summary>
    public virtual void Notify(string endpoint)
    {
    }

    /// <summary>Calls a delegate with the name of an endpoint when another process has notified, until the token is cancelled.</summary>
    public virtual Task ListenAsync(Action<string> signal, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called when the engine is closed.</summary>
    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the dialect holds for the life of the engine.</summary>
    protected virtual void Dispose(bool isDisposing)
    {
    }
}
