using Spectre.Console;

namespace WebSo.Events.Tool.Simulating;

// Counts attempts and events. Thread-safe.
internal sealed class SimulationSummary
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _statuses = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _events = new(StringComparer.Ordinal);
    private readonly List<double> _latencies = [];
    private int _sent;
    private int _delivered;
    private int _lost;

    // Each sent event has one first attempt, and at most one success that is not an injected duplicate.
    public bool IsComplete => _delivered == _sent;

    public bool IsEmpty => _sent == 0;

    public void Add(WebSoDeliveryAttempt attempt)
    {
        var status = attempt.StatusCode?.ToString(null, null) ?? "no response";
        lock (_lock)
        {
            _statuses[status] = _statuses.GetValueOrDefault(status) + 1;
            _latencies.Add(attempt.Duration.TotalMilliseconds);
            _lost += attempt.IsLostByRedirect ? 1 : 0;
            _delivered += attempt.IsSuccess && !attempt.IsLostByRedirect && !attempt.Faults.HasFlag(WebSoFaults.DuplicateDelivery) ? 1 : 0;
            if (attempt.Number > 1)
                return;

            _sent++;
            _events[attempt.EventName] = _events.GetValueOrDefault(attempt.EventName) + 1;
        }
    }

    public void Print(ToolOutput output, int documents, TimeSpan duration)
    {
        lock (_lock)
        {
            _latencies.Sort();
            if (output.IsJson)
                output.Write("", json => WriteJson(json, documents, duration));
            else
                PrintTable(documents, duration);
        }
    }

    private void PrintTable(int documents, TimeSpan duration)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumn("").AddColumn(new TableColumn("").RightAligned()).HideHeaders();
        table.AddRow("documents", $"{documents}").AddRow("events", $"{_sent}");
        foreach (var (name, count) in _events)
            table.AddRow($"  {Markup.Escape(ToolOutput.Clean(name))}", $"{count}");
        table.AddRow("delivered", $"{_delivered}").AddRow("not delivered", $"{_sent - _delivered}");
        if (_lost > 0)
            table.AddRow("lost by redirects", $"{_lost}");
        table.AddRow("attempts", $"{_latencies.Count}");
        foreach (var (status, count) in _statuses)
            table.AddRow($"  {status}", $"{count}");
        foreach (var percent in new[] { 50, 95, 99, 100 })
            table.AddRow(percent == 100 ? "latency max" : $"latency p{percent}", $"{Percentile(percent):0.0} ms");
        table.AddRow("duration", $"{duration.TotalSeconds:0.0} s");
        AnsiConsole.Write(table);
    }

    private void WriteJson(System.Text.Json.Utf8JsonWriter json, int documents, TimeSpan duration)
    {
        json.WriteString("type", "summary");
        json.WriteNumber("documents", documents);
        json.WriteNumber("events", _sent);
        json.WriteStartObject("by_event");
        foreach (var (name, count) in _events)
            json.WriteNumber(name, count);
        json.WriteEndObject();
        json.WriteNumber("delivered", _delivered);
        json.WriteNumber("not_delivered", _sent - _delivered);
        json.WriteNumber("lost_by_redirects", _lost);
        json.WriteNumber("attempts", _latencies.Count);
        json.WriteStartObject("statuses");
        foreach (var (status, count) in _statuses)
            json.WriteNumber(status, count);
        json.WriteEndObject();
        json.WriteStartObject("latency_ms");
        foreach (var percent in new[] { 50, 95, 99, 100 })
            json.WriteNumber(percent == 100 ? "max" : $"p{percent}", Percentile(percent));
        json.WriteEndObject();
        json.WriteNumber("duration_ms", duration.TotalMilliseconds);
    }

    // Nearest-rank percentile.
    private double Percentile(int percent) => _latencies.Count == 0 ? 0 : _latencies[(int)Math.Ceiling(_latencies.Count * percent / 100.0) - 1];
}
