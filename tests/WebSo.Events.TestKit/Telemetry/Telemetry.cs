using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace WebSo.Events;

/// <summary>Collects the spans and measurements of one service provider like an exporter, and the related spans of ASP.NET Core.</summary>
public sealed class Telemetry : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ConcurrentQueue<Measured> _measured = new();
    private readonly SemaphoreSlim _more = new(0);
    private readonly ActivityListener? _activities;
    private readonly MeterListener? _meters;

    public Telemetry(IServiceProvider services, bool spans = true, bool metrics = true)
    {
        var diagnostics = services.GetRequiredService<DiagnosticSources>();
        if (spans)
        {
            _activities = new ActivityListener
            {
                ShouldListenTo = source => source == diagnostics.ActivitySource || source.Name == "Microsoft.AspNetCore",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = span =>
                {
                    _spans.Enqueue(span);
                    _more.Release();
                },
            };
            ActivitySource.AddActivityListener(_activities);
        }

        if (!metrics)
            return;

        _meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == diagnostics.Meter)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.Start();
    }

    public IReadOnlyList<Activity> Spans => [.. _spans];

    public IReadOnlyList<Measured> Measured => [.. _measured];

    public IReadOnlyList<Measured> Of(string instrument) => [.. _measured.Where(measured => measured.Instrument == instrument)];

    public double Sum(string instrument) => Of(instrument).Sum(measured => measured.Value);

    /// <summary>Reads the gauges again and discards their previous values.</summary>
    public IReadOnlyDictionary<string, double> Collect()
    {
        var kept = _measured.Where(measured => !measured.Instrument.StartsWith("webso.inbox.", StringComparison.Ordinal)).ToList();
        _measured.Clear();
        kept.ForEach(_measured.Enqueue);
        _meters!.RecordObservableInstruments();
        return _measured.Skip(kept.Count).ToDictionary(measured => measured.Instrument + measured.Tags["webso.endpoint"], measured => measured.Value);
    }

    public async Task<IReadOnlyList<Activity>> WaitForAsync(string name, int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            var spans = _spans.Where(span => span.DisplayName == name).ToList();
            if (spans.Count >= count)
                return spans;
            await _more.WaitAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        _activities?.Dispose();
        _meters?.Dispose();
    }

    private void Add<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct, IConvertible
    {
        var texts = tags.ToArray().ToDictionary(tag => tag.Key, tag => Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "");
        _measured.Enqueue(new Measured(instrument.Name, instrument.Unit, value.ToDouble(CultureInfo.InvariantCulture), texts));
    }
}
