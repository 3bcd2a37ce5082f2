namespace WebSo.Events;

// One thing to be written, in a transaction that it shares with others.
internal abstract class WriteOperation
{
    // Whether a transaction with it was begun and its end is not known.
    public bool IsInDoubt { get; set; }

    // Whether a lock that it needs was held by someone else for long: it is written alone then, and keeps nobody waiting.
    public bool IsHeldUp { get; set; }

    // Whether nobody waits for it any more.
    public virtual bool IsWithdrawn => false;

    // What it holds of the bounded queue.
    public virtual int Bytes => 0;

    // After the commit.
    public abstract void Complete();

    public abstract void Fail(Exception failure);
}
