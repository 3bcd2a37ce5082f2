using System.Data.Common;

namespace WebSo.Events.TestKit;

/// <summary>A dialect that, on request, loses the connection once after a COMMIT.</summary>
internal sealed class LostCommitDialect(InboxDialect inner) : DelegatingDialect(inner)
{
    private int _losesNext;

    public void LoseNext() => Interlocked.Exchange(ref _losesNext, 1);

    public override void AfterCommit(DbConnection connection)
    {
        base.AfterCommit(connection);
        if (Interlocked.Exchange(ref _losesNext, 0) == 1)
            throw new LostReplyException();
    }

    public override FailureKind Classify(Exception failure) => failure is LostReplyException ? FailureKind.Unavailable : base.Classify(failure);

    public override bool MayHaveCommitted(Exception failure) => failure is LostReplyException || base.MayHaveCommitted(failure);

    private sealed class LostReplyException() : IOException("The connection was lost with the reply to COMMIT.");
}
