using System.Data.Common;

namespace WebSo.Events.Engine;

// What one kind of database needs: types, syntax, parameters, connections, and what its errors mean. No logic: that is the engine's. Used
// by many threads at once.
internal abstract class InboxDialect
{
    // How messages and logs name this inbox, as "the inbox /data/events.db". Without any secret.
    public abstract string Name { get; }

    // Whether a statement gets all its rows at once, as arrays. False: it is executed once for each row.
    public virtual bool TakesRowSets => false;

    // Whether ForUpdate locks rows against other sessions. False: one session writes at a time.
    public bool LocksRows => ForUpdate.Length > 0;

    // What follows a SELECT that locks the rows it finds, as FOR UPDATE OF p; the table is named p.
    public virtual string ForUpdate => "";

    // What follows a SELECT that locks the rows it finds and leaves out those that are locked.
    public virtual string SkipLocked => "";

    // The SQL expression of the present time: the database's clock, or @now, which the engine sets from its own.
    public virtual string Now => "@now";

    // The SQL expression that is added to a time to get one a minute later.
    public abstract string Minute { get; }

    // What stands behind the closing parenthesis of CREATE TABLE. isClustered: whether the rows are found by a primary key of other types
    // than one number, and nothing else.
    public virtual string TableOptions(bool isClustered) => "";

    // Counts the tables named webso_endpoints.
    public abstract string CountTables { get; }

    // What is to be executed behind the engine's own schema, as storage parameters.
    public virtual IReadOnlyList<string> ExtraSchema => [];

    // What is to be executed before the engine's own schema is looked for, within the same transaction, as a lock of those who do the same.
    public virtual IReadOnlyList<string> BeforeSchema => [];

    // What an operator does who may not let the engine create the tables.
    public virtual string SchemaAdvice => "Set it, or create them first.";

    // The type of a column in CREATE TABLE, with its collation.
    public abstract string TypeOf(SqlType type);

    // The row source behind FROM, named r. With row sets also a column n: the number of the row.
    public virtual string Rows(IReadOnlyList<SqlColumn> columns) =>
        $"(SELECT {string.Join(", ", columns.Select(column => $"@{column.Name} AS {column.Name}"))}) AS r";

    // The last change to the text of a statement: names in a schema, syntax that differs.
    public virtual string Translate(string sql) => sql;

    // Opens the connection of the writer. canCreate: whether a database that does not exist may be created, where a connection can do that.
    // Throws a WebSoInboxStoreException if it can't be used, whoever tries again.
    public abstract DbConnection OpenWriter(bool canCreate);

    // Called before the first connection that only reads, if there is no writer. Throws a WebSoInboxStoreException that says what to do.
    public virtual void EnsureReadable()
    {
    }

    // Opens a connection that only reads. Kept and used again.
    public abstract DbConnection OpenReader();

    // Makes the session of a connection that this dialect has opened.
    public abstract SqlSession CreateSession(DbConnection connection);

    // How many connections that only read are kept at most.
    public virtual int MaxReaders => 4;

    // Whether the start tries again after a failure. waited: since the first try.
    public virtual bool IsAwaited(Exception failure, TimeSpan waited) => Classify(failure) == FailureKind.Busy;

    // What a failure means for what was to be written.
    public abstract FailureKind Classify(Exception failure);

    // Whether what was read is damaged, so that no right, no repair of an index and no later try makes it readable.
    public abstract bool IsDamage(Exception failure);

    // Whether a failed COMMIT may have been done all the same.
    public abstract bool MayHaveCommitted(Exception failure);

    // What happened and, where the failure tells, what to do about it.
    public virtual string Describe(Exception failure) => failure.Message;

    // Called on the writer's connection after each COMMIT. Throws if what was written is lost: the same is written again.
    public virtual void AfterCommit(DbConnection connection)
    {
    }

    // Opens a connection that keeps all others out, so that all leases can be ended: their processes have ended too. Null: there are
    // others, or it can't be told.
    public virtual DbConnection? OpenAlone() => null;

    // Why nothing new should be stored, as the disk is nearly full; null: it can be stored. Asked at each call.
    public virtual string? FindShortage() => null;

    // Whether a connection sees another database than a new one would: its file was replaced.
    public virtual bool IsStale(DbConnection connection) => false;

    // Whether what a connection has read may be wrong: it takes no locks, and somebody writes by now.
    public virtual bool HasMissedWrites(DbConnection connection) => false;

    // Called on the writer's connection after rows were removed: gives their space back, some at a time.
    public virtual void ReleaseSpace(DbConnection connection)
    {
    }

    // Called on the writer's connection after rows were erased: removes what is left of them outside the tables. Returns what may be left,
    // and how to remove it; null: nothing.
    public virtual string? RemoveTraces(DbConnection connection) => null;

    // Copies all that is stored to a new file, while the writer writes. Called on any thread. canReplace: whether an earlier backup is replaced.
    public virtual void Backup(string path, bool canReplace) =>
        throw new WebSoInboxStoreException($"{Name} is not a file, so the inbox can't copy it. Use the backup of the database, as pg_dump.");

    // Called on the writer's connection before it is closed for good.
    public virtual void BeforeClose(DbConnection connection)
    {
    }

    // Called by the writer after a COMMIT: tells other processes, soon, that something of an endpoint may be claimed. Or they poll.
    public virtual void Notify(string endpoint)
    {
    }

    // Calls a delegate with the name of an endpoint when another process has notified, until the token is canceled.
    public virtual Task ListenAsync(Action<string> signal, CancellationToken cancellationToken) => Task.CompletedTask;

    // Called when the engine is closed: releases what the dialect holds for its life.
    public virtual void Close()
    {
    }
}
