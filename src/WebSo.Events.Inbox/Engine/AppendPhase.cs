namespace WebSo.Events.Engine;

// Stores the deliveries of a batch. Keys first, in a step of their own: they are locked before queues are.
internal sealed class AppendPhase(WriteTransaction transaction, IReadOnlyList<AppendOperation> appends)
{
    private readonly List<AppendOperation> _new = [];

    public void AddKeys()
    {
        var byKey = new Dictionary<(long, long), List<AppendOperation>>(appends.Count);
        var rows = new List<object?[]>();
        foreach (var append in appends)
        {
            var delivery = append.Delivery;
            if (delivery.DuplicateKey is not { } key)
            {
                Accept(append);
            }
            else if (byKey.TryGetValue(HashOf(key), out var same))
            {
                same.Add(append);
            }
            else
            {
                byKey.Add(HashOf(key), [append]);
                var seenAt = transaction.CountedTime(delivery.Context.EndpointName);
                rows.Add([key, delivery.Context.DeliveryId, seenAt, seenAt + delivery.DuplicateWindow, delivery.Context.ReceivedAt.UtcDateTime, 1L]);
            }
        }

        foreach (var row in rows)
            row[5] = (long)byKey[HashOf((byte[])row[0]!)].Count;

        // In the order in which databases compare bytes, so that two processes never wait for each other.
        rows.Sort(static (x, y) => ((byte[])x[0]!).AsSpan().SequenceCompareTo((byte[])y[0]!));
        transaction.Session.ExecuteRows(AppendSql.AddKeys, [], rows, row => Answer(byKey[HashOf(row.Bytes(0))], row.Guid(1), (int)row.Number(2)));
    }

    public IEnumerable<(string Endpoint, string Queue)> Queues =>
        _new.Where(append => append.Delivery.State == WebSoInboxState.Pending).Select(append => (append.Delivery.Context.EndpointName, QueueOf(append.Delivery)));

    public void AddDeliveries()
    {
        if (_new.Count == 0)
            return;

        var sequences = new Dictionary<Guid, long>(_new.Count);
        var rows = _new.ConvertAll(static append => RowOf(append.Delivery));
        transaction.Session.ExecuteRows(AppendSql.AddDeliveries, [], rows, row => sequences[row.Guid(0)] = row.Number(1));

        var pending = new List<(NewDelivery Delivery, long Sequence)>(_new.Count);
        var settled = new List<object?[]>();
        foreach (var append in _new)
        {
            var delivery = append.Delivery;
            if (!sequences.TryGetValue(delivery.Context.DeliveryId, out var sequence))
                continue;
            if (delivery.State == WebSoInboxState.Pending)
                pending.Add((delivery, sequence));
            else
                settled.Add([sequence, 1L, "", delivery.Context.EndpointName, (long)delivery.State, transaction.Now, 0L, 0L, delivery.Error]);
        }

        transaction.Session.ExecuteRows(AppendSql.AddOutcomes, [], settled);
        AddPending(pending);
    }

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

    private void Accept(AppendOperation append)
    {
        append.Result = new AppendResult(append.Delivery.Context.DeliveryId, 1, IsDuplicate: false);
        _new.Add(append);
    }

    // To all with one key: the first is the stored one, unless that was there.
    private void Answer(List<AppendOperation> same, Guid deliveryId, int count)
    {
        var before = count - same.Count;
        for (var i = 0; i < same.Count; i++)
        {
            if (i == 0 && same[i].Delivery.Context.DeliveryId == deliveryId)
                Accept(same[i]);
            else
                same[i].Result = new AppendResult(deliveryId, Math.Max(2, before + i + 1), IsDuplicate: true);
        }
    }

    // The first of each queue may be its head, and is leased at once where a worker has room for it.
    private void AddPending(List<(NewDelivery Delivery, long Sequence)> pending)
    {
        var heads = new List<(NewDelivery Delivery, long Sequence, IInboxWorker? Worker)>(pending.Count);
        var waiting = new List<object?[]>();
        var queues = new HashSet<(string, string)>();
        foreach (var (delivery, sequence) in pending)
        {
            if (queues.Add((delivery.Context.EndpointName, QueueOf(delivery))))
                heads.Add((delivery, sequence, transaction.TryReserve(delivery.Context.EndpointName)));
            else
                waiting.Add(WaitingRow(delivery, sequence));
        }

        var found = new Dictionary<(string, string), long>(heads.Count);
        transaction.Session.ExecuteRows(
            AppendSql.AddHeads,
            [transaction.Now],
            heads.ConvertAll(head => HeadRow(head.Delivery, head.Sequence, head.Worker is not null)),
            row => found[(row.Text(0), row.Text(1))] = row.Number(2));
        foreach (var (delivery, sequence, worker) in heads)
        {
            var head = found[(delivery.Context.EndpointName, QueueOf(delivery))];
            if (head != sequence)
            {
                waiting.Add(WaitingRow(delivery, sequence));
                transaction.NoteWaiting(head);
                if (worker is not null)
                    transaction.CancelReservation(worker);
            }
            else if (worker is not null)
            {
                transaction.HandOver(worker, LeaseOf(delivery, sequence, waiting));
            }
            else
            {
                transaction.NoteDue(delivery.Context.EndpointName);
            }
        }

        transaction.Session.ExecuteRows(AppendSql.AddWaiting, [transaction.Now, WriteTransaction.Never], waiting);
    }

    private static object?[] WaitingRow(NewDelivery delivery, long sequence) => [sequence, delivery.Context.EndpointName, QueueOf(delivery), 1L];

    private object?[] HeadRow(NewDelivery delivery, long sequence, bool isLeased) =>
    [
        sequence, delivery.Context.EndpointName, QueueOf(delivery), isLeased ? transaction.LeaseEnd : transaction.Now, isLeased ? transaction.Token : 0L, 1L,
        isLeased ? 1L : 0L, isLeased ? transaction.Now : null,
    ];

    private Lease LeaseOf(NewDelivery delivery, long sequence, List<object?[]> waiting) => new()
    {
        Sequence = sequence,
        Token = transaction.Token,
        Queue = QueueOf(delivery),
        EventName = delivery.EventName,
        DocumentId = delivery.DocumentId,
        Context = delivery.Context,
        Run = 1,
        FirstAttemptAt = transaction.Now,
        Age = TimeSpan.Zero,
        Trace = delivery.Trace,
        Event = delivery.Event,
        HasWaiting = waiting.Exists(row => (string)row[2]! == QueueOf(delivery)),
    };
}
