using System.Data.Common;

namespace WebSo.Events.Engine;

// A write operation that has a transaction of its own.
internal interface ICommandOperation
{
    // Whether it waits for a database that can't be written, and calls with it. False: whoever asked for it tries again.
    bool IsNeeded { get; }

    void Execute(WriteTransaction transaction);

    // After the COMMIT.
    void Finish(DbConnection connection);
}
