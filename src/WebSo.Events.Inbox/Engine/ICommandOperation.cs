using System.Data.Common;

namespace WebSo.Events.Inbox.Engine;

// A write operation that runs in its own transaction.
internal interface ICommandOperation
{
    // If true, the operation is retried until the database can be written. If false, it fails and the caller tries again.
    bool IsNeeded { get; }

    void Execute(WriteTransaction transaction);

    // Called after the COMMIT.
    void Finish(DbConnection connection);
}
