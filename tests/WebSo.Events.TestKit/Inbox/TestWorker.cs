using System.Threading.Channels;

namespace WebSo.Events.TestKit;

/// <summary>A worker with room for a given number of deliveries.</summary>
internal sealed class TestWorker(int room) : IInboxWorker
{
    private int _reserved;

    public Channel<Lease> Started { get; } = Channel.CreateUnbounded<Lease>();

    public Channel<bool> Woken { get; } = Channel.CreateUnbounded<bool>();

    public int Reserved => Volatile.Read(ref _reserved);

    public bool TryReserve()
    {
        if (Interlocked.Increment(ref _reserved) <= room)
            return true;

        Interlocked.Decrement(ref _reserved);
        return false;
    }

    public void CancelReservation() => Interlocked.Decrement(ref _reserved);

    // The timestamp of the last handover.
    public long GrantedAt { get; private set; }

    public void Start(Lease lease, long grantedAt)
    {
        GrantedAt = grantedAt;
        Started.Writer.TryWrite(lease);
    }

    public void Wake() => Woken.Writer.TryWrite(true);
}
