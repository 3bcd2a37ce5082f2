using System.Data.Common;

namespace WebSo.Events.Engine;

// A write operation that has a transaction of its own.
internal interface ICommandOperation
{
    void Execute(WriteTransaction transaction);

    // After the COMMIT.
    void Finish(DbConnection connection);
}
