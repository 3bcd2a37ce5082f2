using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace WebSo.Events;

// A filter as a condition, with its values as parameters of the command.
internal static class FilterSql
{
    public static string Where(WebSoInboxFilter filter, NpgsqlCommand command)
    {
        var conditions = new List<string> { "true" };
        if (filter.DeliveryId is { } deliveryId)
            conditions.Add($"d.delivery_id = {Add(command, NpgsqlDbType.Uuid, deliveryId)}");
        if (filter.EndpointName is { } endpoint)
            conditions.Add($"d.endpoint = {Add(command, NpgsqlDbType.Text, StoreText.Encode(endpoint))}");
        if (filter.DocumentId is { } document)
        {
            var parameter = Add(command, NpgsqlDbType.Text, StoreText.Encode(document));
            conditions.Add($"left(d.document, 200) = left({parameter}, 200) AND d.document = {parameter}");
        }

        if (filter.EventName is { } eventName)
            conditions.Add($"d.event = {Add(command, NpgsqlDbType.Text, StoreText.Encode(eventName))}");
        if (filter.State is { } state)
            conditions.Add(Of(state));
        if (filter.ReceivedFrom is { } from)
            conditions.Add($"d.received_at >= {Add(command, NpgsqlDbType.TimestampTz, from.UtcDateTime)}");
        if (filter.ReceivedBefore is { } before)
            conditions.Add($"d.received_at < {Add(command, NpgsqlDbType.TimestampTz, before.UtcDateTime)}");
        return string.Join(" AND ", conditions);
    }

    public static string Add<T>(NpgsqlCommand command, NpgsqlDbType type, T value)
    {
        command.Parameters.With(type, value);
        return $"${command.Parameters.Count.ToString(CultureInfo.InvariantCulture)}";
    }

    private static string Of(WebSoInboxState state) => state switch
    {
        WebSoInboxState.Pending => "d.settled_at IS NULL AND d.lease_until IS NULL",
        WebSoInboxState.Handling => "d.settled_at IS NULL AND d.lease_until IS NOT NULL",
        _ => $"d.settled_at IS NOT NULL AND d.state = {(int)state}",
    };
}
