using System.Data.Common;

namespace WebSo.Events.Inbox.Tests;

// A dialect that throws an unexpected exception on the first call of a method.
internal sealed class ThrowingDialect(InboxDialect inner, string method) : DelegatingDialect(inner)
{
    private int _hasThrown;

    public override DbConnection OpenReader()
    {
        ThrowOnce(nameof(OpenReader));
        return base.OpenReader();
    }

    public override void ReleaseSpace(DbConnection connection)
    {
        ThrowOnce(nameof(ReleaseSpace));
        base.ReleaseSpace(connection);
    }

    private void ThrowOnce(string asked)
    {
        if (asked == method && Interlocked.Exchange(ref _hasThrown, 1) == 0)
            throw new NotSupportedException("a flaw of the dialect");
    }
}
