using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace WebSo.Events.Diagnostics;

// Records measurements. A listener that throws loses only its measurement.
internal static class SafeInstrument
{
    public static void Count(Counter<long> counter, in TagList tags)
    {
        try
        {
            counter.Add(1, tags);
        }
        catch (Exception)
        {
            // The listener failed.
        }
    }

    public static void Record(Histogram<double> histogram, double value, in TagList tags)
    {
        try
        {
            histogram.Record(value, tags);
        }
        catch (Exception)
        {
            // The listener failed.
        }
    }
}
