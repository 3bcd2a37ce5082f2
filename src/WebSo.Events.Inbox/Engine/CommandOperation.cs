using System.Data.Common;

namespace WebSo.Events.Engine;

// What an operator or the maintenance asks for.
internal sealed class CommandOperation<T>(Func<WriteTransaction, T> execute) : WriteOperation<T>, ICommandOperation
{
    // What can't be done within a transaction. If it fails, that is told to whoever asked; what was committed stays.
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
