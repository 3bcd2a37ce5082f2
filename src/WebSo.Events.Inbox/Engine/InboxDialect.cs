using System.Data.Common;

namespace WebSo.Events.Inbox.Engine;

// Everything that differs between databases: types, syntax, parameters, connections and the meaning of errors. The logic is in the engine.
// Instances are used by several threads concurrently.
internal abstract class InboxDialect
{
    // The name of the inbox in messages and logs, for example "the inbox /data/events.db". Contains no secrets.
    public abstract string Name { get; }

    // True if a statement takes all its rows in one execution, as arrays. False if it is executed once per row.
    public virtual bool TakesRowSets => false;

    // True if ForUpdate locks rows against other sessions. False if only one session can write at a time.
    public bool LocksRows => ForUpdate.Length > 0;

    // Appended to a SELECT that locks the rows it finds, for example FOR UPDATE OF p. The table has the alias p.
    public virtual string ForUpdate => "";

    // Appended to a SELECT that locks the rows it finds and skips those that are already locked.
    public virtual string SkipLocked => "";

    // The SQL expression of the current time: the clock of the database, or @now, which the engine sets from its own clock.
    public virtual string Now => "@now";

    // The SQL expression that adds one minute to a time.
    public abstract string Minute { get; }

    // Appended to CREATE TABLE after the closing parenthesis. isClustered is true if the table has a primary key other than a single number
    // and no other index.
    public virtual string TableOptions(bool isClustered) => "";

    // The SQL that counts the tables named webso_endpoints.
    public abstract string CountTables { get; }

    // Statements that run after the schema of the engine, for example to set storage parameters.
    public virtual IReadOnlyList<string> ExtraSchema => [];

    // Statements that run before the engine looks for its schema, in the same transaction, for example a lock against other processes that
    // create the schema.
    public virtual IReadOnlyList<string> BeforeSchema => [];

    // What to do if the engine may not create the tables.
    public virtual string SchemaAdvice => "Set CreateSchema to true, or create the tables first.";

    // The type of a column in CREATE TABLE, including its collation.
    public abstract string TypeOf(SqlType type);

    // The row source after FROM, with the alias r. With row sets it also has a column n, the number of the row.
    public virtual string Rows(IReadOnlyList<SqlColumn> columns) =>
        $"(SELECT {string.Join(", ", columns.Select(column => $"@{column.Name} AS {column.Name}"))}) AS r";

    // Makes final changes to a statement, for example schema-qualified names or different syntax.
    public virtual string Translate(string sql) => sql;

    // Opens the connection of the writer. canCreate allows creating a missing database, if a connection can do that. Throws
    // WebSoInboxStoreException if trying again can't help.
    public abstract DbConnection OpenWriter(bool canCreate);

    // Called before the first read-only connection if there is no writer. Throws WebSoInboxStoreException with the fix.
    public virtual void EnsureReadable()
    {
    }

    // Opens a read-only connection, which is kept and reused.
    public abstract DbConnection OpenReader();

    // Creates the session of a connection that this dialect opened.
    public abstract SqlSession CreateSession(DbConnection connection);

    // The maximum number of read-only connections that are kept.
    public virtual int MaxReaders => 4;

    // Returns whether the start tries again after an error. waited is the time since the first try.
    public virtual bool IsAwaited(Exception failure, TimeSpan waited) => Classify(failure) == FailureKind.Busy;

    // Classifies an error by what to do with the operations that were being written.
    public abstract FailureKind Classify(Exception failure);

    // Returns whether data is damaged, so that neither permissions, rebuilt indexes nor another try make it readable.
    public abstract bool IsDamage(Exception failure);

    // Returns whether a COMMIT that failed may have taken effect.
    public abstract bool MayHaveCommitted(Exception failure);

    // Describes an error and, if the error shows it, the fix.
    public virtual string Describe(Exception failure) => failure.Message;

    // Called on the writer's connection after each COMMIT. Throws if the data was lost; the engine then writes it again.
    public virtual void AfterCommit(DbConnection connection)
    {
    }

    // Opens a connection that excludes all other processes, so that the leases of ended processes can be ended. Returns null if there are
    // other processes, or if that is unknown.
    public virtual DbConnection? OpenAlone() => null;

    // Returns why new deliveries must be refused, for example because the disk is nearly full, or null. Called for each delivery.
    public virtual string? FindShortage() => null;

    // Returns whether a connection reads another database than a new connection would, because the file was replaced.
    public virtual bool IsStale(DbConnection connection) => false;

    // Returns whether a connection may have read inconsistent data, because it takes no locks and another process has started to write.
    public virtual bool HasMissedWrites(DbConnection connection) => false;

    // Called on the writer's connection after rows were removed. Returns some of their space to the file system.
    public virtual void ReleaseSpace(DbConnection connection)
    {
    }

    // Called on the writer's connection after rows were erased. Removes copies outside the tables. Returns which copies may remain and how
    // to remove them, or null.
    public virtual string? RemoveTraces(DbConnection connection) => null;

    // Copies the database to a new file while the writer continues. Called on any thread. canReplace allows replacing an earlier backup.
    public virtual void Backup(string path, bool canReplace) =>
        throw new WebSoInboxStoreException($"{Name} is not a file, so it can't be copied. Use the backup tool of the database, for example pg_dump.");

    // Called on the writer's connection before it is finally closed.
    public virtual void BeforeClose(DbConnection connection)
    {
    }

    // Called by the writer after a COMMIT. Notifies other processes that an endpoint has deliveries to claim. Without a notification they
    // poll.
    public virtual void Notify(string endpoint)
    {
    }

    // Calls the delegate with the name of an endpoint when another process notifies, until the token is canceled.
    public virtual Task ListenAsync(Action<string> signal, CancellationToken cancellationToken) => Task.CompletedTask;

    // Called when the engine is closed. Releases what the dialect holds.
    public virtual void Close()
    {
    }
}
