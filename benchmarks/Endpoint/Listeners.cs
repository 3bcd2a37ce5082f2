using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EndpointBenchmark;

/// <summary>Listens to all instruments and discards the data.</summary>
internal sealed class Listeners : IDisposable
{
    private readonly ActivityListener _activities = new()
    {
        ShouldListenTo = source => source.Name == "WebSo.Events",
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    private readonly MeterListener _meters = new()
    {
        InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "WebSo.Events")
                listener.EnableMeasurementEvents(instrument);
        },
    };

    public Listeners()
    {
        ActivitySource.AddActivityListener(_activities);
        _meters.SetMeasurementEventCallback<long>((_, _, _, _) => { });
        _meters.SetMeasurementEventCallback<double>((_, _, _, _) => { });
        _meters.Start();
    }

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
    }
}
