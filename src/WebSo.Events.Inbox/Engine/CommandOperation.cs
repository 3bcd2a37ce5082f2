using System.Data.Common;

namespace WebSo.Events.Inbox.Engine;

// A command of an operator or of the maintenance, in its own transaction.
internal sealed class CommandOperation<T>(Func<WriteTransaction, T> execute) : WriteOperation<T>, ICommandOperation
{
    // Work that can't run in a transaction. If it fails, the caller gets the error; the committed changes stay.
    public Action<DbConnection>? AfterCommit { get; init; }

    public bool IsNeeded { get; init; }

    public void Execute(WriteTransaction transaction) => Result = execute(transaction);

    public void Finish(DbConnection connection)
    {
        try
        {
            AfterCommit?.Invoke(connection);
        }
        catch (Exception failure)
        {
            Fail(failure as WebSoInboxStoreException ?? new WebSoInboxStoreException(failure.Message, failure));
        }
    }
}
