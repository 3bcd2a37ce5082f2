namespace WebSo.Events;

// One thing to be written, by the writer's thread, within a transaction that it shares with others.
internal abstract class WriteOperation
{
    // Runs in a transaction; again, from the start, when that transaction failed.
    public abstract void Execute(WriteSession session);

    // After the commit.
    public abstract void Complete();

    public abstract void Fail(Exception failure);

    // Whether nobody waits for it any more.
    public virtual bool IsWithdrawn => false;

    // What it holds of the bounded queue.
    public virtual int Bytes => 0;
}
