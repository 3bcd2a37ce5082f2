using Npgsql;

namespace WebSo.Events;

// One statement of the writer's transaction, over all operations of its kind.
internal abstract class BatchPart
{
    public abstract NpgsqlBatchCommand CreateCommand();

    // Reads the rows of the statement. Adds the endpoints of which something can be claimed after the commit.
    public abstract Task ReadAsync(NpgsqlDataReader reader, WorkFound found);
}
