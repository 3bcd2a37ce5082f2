using System.Runtime.InteropServices;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace WebSo.Events;

// Calls with one key that came together are one row of the input: the first is stored, or repeats, and the others repeat it.
internal sealed class AppendPart(StoreSql sql, StoreClock clock) : BatchPart
{
    private readonly List<List<AppendOperation>> _groups = [];
    private readonly Dictionary<Guid, List<AppendOperation>> _byKey = [];
    private bool _isOfFresh;

    // What was left out, since it may repeat something: not written, and to be written with a look at what that is.
    public List<AppendOperation> Postponed { get; } = [];

    public bool IsEmpty => _groups.Count == 0;

    public IEnumerable<AppendOperation> Firsts => _groups.Select(group => group[0]);

    // False: it must wait for the next transaction.
    public bool TryAdd(AppendOperation append)
    {
        if (append.RepeatKey is { } key)
        {
            if (_byKey.TryGetValue(key, out var group))
            {
                if (append.IsInDoubt || group[0].IsInDoubt || append.Delivery.UnansweredRepeatWindow <= TimeSpan.Zero)
                    return false;
                group.Add(append);
                return true;
            }

            _byKey.Add(key, group = [append]);
            _groups.Add(group);
            return true;
        }

        _groups.Add([append]);
        return true;
    }

    public override NpgsqlBatchCommand CreateCommand()
    {
        _isOfFresh = AreProbablyFresh();
        return _isOfFresh ? CreateCommandForFresh() : CreateCommandForAny();
    }

    public override Task ReadAsync(NpgsqlDataReader reader, WorkFound found) =>
        _isOfFresh ? ReadFreshAsync(reader, found) : ReadAnyAsync(reader, found);

    // Nothing that only the longer statement knows how to store. What is of one queue must keep its order, so none of it may be left out.
    private bool AreProbablyFresh()
    {
        var queues = new HashSet<long>(_groups.Count);
        return _groups.TrueForAll(group =>
            group is [{ IsInDoubt: false, MayRepeat: false, Delivery: { Error: null, State: not WebSoInboxState.Malformed } } append]
            && queues.Add(append.QueueKey));
    }

    private NpgsqlBatchCommand CreateCommandForFresh()
    {
        var count = _groups.Count;
        var command = new NpgsqlBatchCommand(sql.AppendFresh);
        command.Parameters.WithNow(clock);
        Add(NpgsqlDbType.Uuid, append => append.Delivery.Context.DeliveryId);
        Add(NpgsqlDbType.Smallint, append => (short)append.Delivery.State);
        Add(NpgsqlDbType.Uuid, append => append.RepeatKey);
        Add(NpgsqlDbType.Bigint, append => append.QueueKey);
        Add(NpgsqlDbType.Text, append => StoreText.Encode(append.Delivery.Context.EndpointName));
        Add(NpgsqlDbType.Text, append => StoreText.Encode(append.Delivery.DocumentId));
        Add(NpgsqlDbType.Text, append => StoreText.Encode(append.Delivery.EventName));
        Add(NpgsqlDbType.TimestampTz, append => append.Delivery.Context.ReceivedAt.UtcDateTime);
        Add(NpgsqlDbType.Text, append => StoreText.Encode(append.Delivery.Context.RequestPath));
        Add(NpgsqlDbType.Text, append => StoreText.Encode(append.Delivery.Context.QueryString));
        Add(NpgsqlDbType.Text, append => RouteValues(append.Delivery.Context));
        Add(NpgsqlDbType.Text, append => append.Delivery.Context.RemoteAddress?.ToString());
        Add(NpgsqlDbType.Text, append => EncodeOrNull(append.Delivery.Context.CorrelationId));
        Add(NpgsqlDbType.Bytea, append => BytesOf(append.Delivery.Context.Body));
        Add(NpgsqlDbType.Text, append => append.Delivery.Trace?.Parent);
        Add(NpgsqlDbType.Text, append => EncodeOrNull(append.Delivery.Trace?.State));
        return command;

        void Add<T>(NpgsqlDbType type, Func<AppendOperation, T> select)
        {
            var values = new T[count];
            for (var i = 0; i < count; i++)
                values[i] = select(_groups[i][0]);
            command.Parameters.With(NpgsqlDbType.Array | type, values);
        }
    }

    private async Task ReadFreshAsync(NpgsqlDataReader reader, WorkFound found)
    {
        var appends = _groups.ToDictionary(group => group[0].Delivery.Context.DeliveryId, group => group[0]);
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            var deliveryId = reader.GetGuid(1);
            appends.Remove(deliveryId, out var append);
            append!.Result = new(WebSoInboxAppendOutcome.Stored, new WebSoInboxSighting(reader.GetInt64(0), 1), deliveryId);
            if (reader.GetBoolean(2))
                found.AddNew(append.Delivery.Context.EndpointName);
        }

        Postponed.AddRange(appends.Values);
        Postponed.ForEach(append => append.MayRepeat = true);
    }

    private NpgsqlBatchCommand CreateCommandForAny()
    {
        var firsts = Firsts.ToArray();
        var deliveries = firsts.Select(first => first.Delivery).ToArray();
        var command = new NpgsqlBatchCommand(sql.Append(
            firsts.Any(first => first.IsInDoubt), deliveries.Any(delivery => delivery.State == WebSoInboxState.Malformed)));
        var contexts = deliveries.Select(delivery => delivery.Context).ToArray();
        var (counts, bytes) = MalformedLeft(deliveries);
        command.Parameters
            .WithNow(clock)
            .WithArray(NpgsqlDbType.Uuid, contexts.Select(context => context.DeliveryId))
            .WithArray(NpgsqlDbType.Boolean, firsts.Select(first => first.IsInDoubt))
            .WithArray(NpgsqlDbType.Integer, _groups.Select(group => group.Count))
            .WithArray(NpgsqlDbType.Text, _groups.Select(Further))
            .WithArray(NpgsqlDbType.Smallint, deliveries.Select(delivery => (short)delivery.State))
            .WithArray(NpgsqlDbType.Integer, NumberQueues(deliveries))
            .WithArray(NpgsqlDbType.Uuid, firsts.Select(first => first.RepeatKey))
            .WithArray(NpgsqlDbType.Interval, deliveries.Select(delivery => delivery.RepeatWindow))
            .WithArray(NpgsqlDbType.Interval, deliveries.Select(delivery => delivery.UnansweredRepeatWindow))
            .WithArray(NpgsqlDbType.Integer, counts)
            .WithArray(NpgsqlDbType.Bigint, bytes)
            .WithArray(NpgsqlDbType.Bigint, firsts.Select(first => first.QueueKey))
            .WithArray(NpgsqlDbType.Text, contexts.Select(context => StoreText.Encode(context.EndpointName)))
            .WithArray(NpgsqlDbType.Text, deliveries.Select(delivery => StoreText.Encode(delivery.DocumentId)))
            .WithArray(NpgsqlDbType.Text, deliveries.Select(delivery => StoreText.Encode(delivery.EventName)))
            .WithArray(NpgsqlDbType.Text, deliveries.Select(delivery => EncodeOrNull(delivery.Error)))
            .WithArray(NpgsqlDbType.TimestampTz, contexts.Select(context => context.ReceivedAt.UtcDateTime))
            .WithArray(NpgsqlDbType.Text, contexts.Select(context => StoreText.Encode(context.RequestPath)))
            .WithArray(NpgsqlDbType.Text, contexts.Select(context => StoreText.Encode(context.QueryString)))
            .WithArray(NpgsqlDbType.Text, contexts.Select(RouteValues))
            .WithArray(NpgsqlDbType.Text, contexts.Select(context => context.RemoteAddress?.ToString()))
            .WithArray(NpgsqlDbType.Text, contexts.Select(context => EncodeOrNull(context.CorrelationId)))
            .WithArray(NpgsqlDbType.Bytea, contexts.Select(context => BytesOf(context.Body)))
            .WithArray(NpgsqlDbType.Text, deliveries.Select(delivery => delivery.Trace?.Parent))
            .WithArray(NpgsqlDbType.Text, deliveries.Select(delivery => EncodeOrNull(delivery.Trace?.State)));
        return command;
    }

    private async Task ReadAnyAsync(NpgsqlDataReader reader, WorkFound found)
    {
        var count = 0;
        var stored = new Dictionary<Guid, List<AppendOperation>>(_groups.Count);
        foreach (var group in _groups)
            stored.TryAdd(group[0].Delivery.Context.DeliveryId, group);
        for (; await reader.ReadAsync().ConfigureAwait(false); count++)
        {
            var (seq, deliveryId, sightings) = (reader.GetInt64(1), reader.GetGuid(2), reader.GetInt32(3));
            var group = reader.IsDBNull(0) ? stored[deliveryId] : _groups[(int)reader.GetInt64(0) - 1];
            var outcome = (WebSoInboxAppendOutcome)reader.GetInt32(4);
            if (reader.GetBoolean(5))
                found.AddNew(group[0].Delivery.Context.EndpointName);

            if (outcome == WebSoInboxAppendOutcome.MalformedBoundReached)
            {
                group.ForEach(append => append.Result = new(outcome, default, deliveryId));
                continue;
            }

            for (var i = 0; i < group.Count; i++)
            {
                group[i].Result = new(
                    i == 0 ? outcome : WebSoInboxAppendOutcome.RepeatOfUnanswered,
                    new WebSoInboxSighting(seq, sightings - (group.Count - 1 - i)),
                    deliveryId);
            }
        }

        // What has no row is not stored, and must never be taken for it.
        if (count != _groups.Count)
            throw new InvalidOperationException($"The database told of {count} deliveries, of {_groups.Count} that were to be stored.");
    }

    // What is no event, and what has no document, is a queue of its own.
    private static int[] NumberQueues(WebSoInboxAppend[] deliveries)
    {
        var numbers = new int[deliveries.Length];
        var firsts = new Dictionary<(string, string), int>(deliveries.Length);
        for (var i = 0; i < numbers.Length; i++)
        {
            var delivery = deliveries[i];
            numbers[i] = i;
            if (delivery.State == WebSoInboxState.Pending && delivery.DocumentId.Length > 0
                && !firsts.TryAdd((delivery.Context.EndpointName, delivery.DocumentId), i))
            {
                numbers[i] = firsts[(delivery.Context.EndpointName, delivery.DocumentId)];
            }
        }

        return numbers;
    }

    private static (int[] Counts, long[] Bytes) MalformedLeft(WebSoInboxAppend[] deliveries)
    {
        var (counts, bytes) = (new int[deliveries.Length], new long[deliveries.Length]);
        var (count, length) = (0, 0L);
        for (var i = 0; i < deliveries.Length; i++)
        {
            if (deliveries[i].State != WebSoInboxState.Malformed)
                continue;
            length += deliveries[i].Context.Body.Length;
            (counts[i], bytes[i]) = (deliveries[i].MaxMalformedCount - ++count, deliveries[i].MaxMalformedBytes - length);
        }

        return (counts, bytes);
    }

    private static string? Further(List<AppendOperation> group) => group.Count == 1
        ? null
        : $"{{{string.Join(',', group.Skip(1).Select(append => append.Delivery.Context.DeliveryId))}}}";

    private static string? EncodeOrNull(string? text) => text is null ? null : StoreText.Encode(text);

    private static string? RouteValues(WebSoEventContext context) => context.RouteValues.Count == 0
        ? null
        : JsonSerializer.Serialize(new Dictionary<string, string>(context.RouteValues), RouteValuesJson.Default.DictionaryStringString);

    private static byte[] BytesOf(ReadOnlyMemory<byte> body) =>
        MemoryMarshal.TryGetArray(body, out var segment) && segment.Array is { } array && segment.Count == array.Length ? array : body.ToArray();
}
