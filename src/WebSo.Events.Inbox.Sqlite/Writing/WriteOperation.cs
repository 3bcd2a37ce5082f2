namespace WebSo.Events;

// One thing to be written, by the writer's thread, within a transaction that it shares with others.
internal abstract class WriteOperation
{
    // Runs in a transaction; again, from the start, when that transaction failed.
    public abstract void Execute(WriteSession session);

    // After the commit, by the writer: from now on it can't be cancelled.
    public virtual void Settle()
    {
    }

    // After that, by any thread.
    public virtual void Complete()
    {
    }

    // Whether someone waits for it.
    public virtual bool IsAwaited => true;

    public abstract void Fail(Exception failure);

    // Before each try. False: nobody waits for it any more.
    public virtual bool TryTake() => true;

    // After a try that wrote nothing.
    public virtual void GiveBack()
    {
    }

    // What it holds of the bounded queue.
    public virtual int Bytes => 0;
}
