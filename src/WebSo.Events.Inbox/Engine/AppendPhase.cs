namespace WebSo.Events.Inbox.Engine;

// Stores the deliveries of a batch. Runs in three steps, each of which sends as many statements together as the database supports: keys and
// deliveries, pending rows and outcomes, and the handover after the COMMIT.
internal sealed class AppendPhase(WriteTransaction transaction, IReadOnlyList<AppendOperation> appends)
{
    // The deliveries that are stored unless they turn out to be duplicates: the first with each key, and those without a key.
    private readonly List<AppendOperation> _candidates = [];
    private readonly Dictionary<Guid, long> _sequences = [];

    // Per queue: the first new delivery, which may become the head, and the actual head.
    private readonly Dictionary<(string Endpoint, string Queue), Candidate> _first = [];
    private readonly Dictionary<(string Endpoint, string Queue), long> _heads = [];

    public IEnumerable<(string Endpoint, string Queue)> Queues => _candidates.Where(IsPending).Select(QueueOf);

    public void AddKeys()
    {
        var byKey = new Dictionary<(long, long), List<AppendOperation>>(appends.Count);
        var rows = new List<object?[]>();
        foreach (var append in appends)
        {
            var delivery = append.Delivery;
            if (delivery.DuplicateKey is { } key)
            {
                if (byKey.TryGetValue(HashOf(key), out var same))
                {
                    same.Add(append);
                    continue;
                }

                byKey.Add(HashOf(key), [append]);
                var seenAt = transaction.DuplicateWindowTime(delivery.Context.EndpointName);
                rows.Add([key, delivery.Context.DeliveryId, seenAt, seenAt + delivery.DuplicateWindow, delivery.Context.ReceivedAt.UtcDateTime, 1L]);
            }

            append.Result = new AppendResult(delivery.Context.DeliveryId, 1, IsDuplicate: false);
            _candidates.Add(append);
        }

        foreach (var row in rows)
            row[5] = (long)byKey[HashOf((byte[])row[0]!)].Count;

        // Sorted as databases compare bytes, so that two processes lock the keys in the same order and never deadlock.
        rows.Sort(static (x, y) => ((byte[])x[0]!).AsSpan().SequenceCompareTo((byte[])y[0]!));
        transaction.Session.Defer(AppendSql.AddKeys, [], rows, row => Answer(byKey[HashOf(row.Bytes(0))], row.Guid(1), (int)row.Number(2)));
    }

    // The statement skips duplicates by their keys. Known duplicates are left out here as well.
    public void AddDeliveries()
    {
        var rows = _candidates.Where(static append => !append.Result.IsDuplicate).Select(static append => RowOf(append.Delivery)).ToList();
        transaction.Session.Defer(AppendSql.AddDeliveries, [], rows, row => _sequences[row.Guid(0)] = row.Number(1));
    }

    // A delivery without a sequence is a duplicate, or was stored already by a COMMIT whose outcome was unknown.
    public void AddPending()
    {
        var pending = new List<((string Endpoint, string Queue) Queue, long Sequence)>();
        var settled = new List<object?[]>();
        foreach (var append in _candidates)
        {
            var delivery = append.Delivery;
            if (!_sequences.TryGetValue(delivery.Context.DeliveryId, out var sequence))
                continue;
            if (!IsPending(append))
            {
                settled.Add([sequence, 1L, "", delivery.Context.EndpointName, (long)delivery.State, transaction.Now, 0L, 0L, delivery.Error]);
                continue;
            }

            var queue = QueueOf(append);
            pending.Add((queue, sequence));
            if (_first.TryGetValue(queue, out var first))
                first.HasWaiting = true;
            else
                _first.Add(queue, new Candidate(delivery, sequence, transaction.TryReserve(queue.Endpoint)));
        }

        transaction.Session.ExecuteRows(AppendSql.AddOutcomes, [], settled);
        transaction.Session.Defer(
            AppendSql.AddHeads, [transaction.Now], [.. _first.Select(queue => HeadRow(queue.Key, queue.Value))], row => _heads[(row.Text(0), row.Text(1))] = row.Number(2));

        // The statement skips rows that became heads. Known heads are left out here as well.
        var waiting = pending.Where(entry => !(_heads.TryGetValue(entry.Queue, out var head) && head == entry.Sequence));
        transaction.Session.ExecuteRows(
            AppendSql.AddWaiting, [transaction.Now, WriteTransaction.Never], [.. waiting.Select(entry => new object?[] { entry.Sequence, entry.Queue.Endpoint, entry.Queue.Queue, 1L })]);
    }

    // Call after the COMMIT.
    public void HandOver()
    {
        foreach (var queue in _first)
        {
            var (first, head) = (queue.Value, _heads[queue.Key]);
            if (head != first.Sequence)
            {
                transaction.SetHasWaiting(head);
                if (first.Worker is { } reserved)
                    transaction.CancelReservation(reserved);
            }
            else if (first.Worker is { } worker)
            {
                transaction.HandOver(worker, LeaseOf(queue.Key.Queue, first));
            }
            else
            {
                transaction.SignalWork(queue.Key.Endpoint);
            }
        }
    }

    private static bool IsPending(AppendOperation append) => append.Delivery.State == WebSoInboxState.Pending;

    private static (string Endpoint, string Queue) QueueOf(AppendOperation append) => (append.Delivery.Context.EndpointName, QueueOf(append.Delivery));

    public static string QueueOf(NewDelivery delivery) => delivery.DocumentId.Length > 0 ? delivery.DocumentId : delivery.Context.DeliveryId.ToString();

    private static (long, long) HashOf(byte[] key) => (BitConverter.ToInt64(key, 0), BitConverter.ToInt64(key, sizeof(long)));

    private static object?[] RowOf(NewDelivery delivery)
    {
        var context = delivery.Context;
        return
        [
            context.DeliveryId, context.EndpointName, delivery.DocumentId, delivery.EventName, context.ReceivedAt.UtcDateTime, delivery.DuplicateKey,
            StoredContext.Write(context, delivery.Trace, delivery.IsFromReceiveOnly), context.Body.ToArray(),
        ];
    }

    // Sets the results of all appends with the same key. The first one was stored, unless the key existed before.
    private static void Answer(List<AppendOperation> same, Guid deliveryId, int count)
    {
        var before = count - same.Count;
        for (var i = 0; i < same.Count; i++)
        {
            if (i > 0 || same[i].Delivery.Context.DeliveryId != deliveryId)
                same[i].Result = new AppendResult(deliveryId, Math.Max(2, before + i + 1), IsDuplicate: true);
        }
    }

    private object?[] HeadRow((string Endpoint, string Queue) queue, Candidate first)
    {
        var isLeased = first.Worker is not null;
        return
        [
            first.Sequence, queue.Endpoint, queue.Queue, isLeased ? transaction.LeaseEnd : transaction.Now, isLeased ? transaction.Token : 0L, 1L,
            isLeased ? 1L : 0L, isLeased ? transaction.Now : null,
        ];
    }

    private Lease LeaseOf(string queue, Candidate first) => new()
    {
        Sequence = first.Sequence,
        Token = transaction.Token,
        Queue = queue,
        EventName = first.Delivery.EventName,
        DocumentId = first.Delivery.DocumentId,
        Context = first.Delivery.Context,
        Run = 1,
        FirstAttemptAt = transaction.Now,
        Age = TimeSpan.Zero,
        Trace = first.Delivery.Trace,
        Event = first.Delivery.Event,
        HasWaiting = first.HasWaiting,
    };

    // Worker has room for the delivery, which is leased in this transaction if it is the head.
    private sealed record Candidate(NewDelivery Delivery, long Sequence, IInboxWorker? Worker)
    {
        public bool HasWaiting { get; set; }
    }
}
