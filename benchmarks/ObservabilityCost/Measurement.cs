using System.Diagnostics;
using System.Globalization;

namespace WebSo.Events;

/// <summary>
/// The CPU time and the allocated bytes of a call, of the whole process. It uses nothing that the commit before the instruments lacks, so
/// that it can be built there too: compare.sh does, and runs the two in turn.
/// </summary>
internal static class Measurement
{
    public static async Task<string> RunAsync(string mode, bool isListened)
    {
        var folder = Directory.CreateTempSubdirectory("webso-cost-");
        try
        {
            using var listeners = isListened ? new Listeners() : null;
            await using var receiver = await Receiver.StartAsync(mode == "inbox" ? Path.Combine(folder.FullName, "events.db") : null, yields: mode != "inline");
            var (warmUp, calls) = mode == "inbox" ? (3_000, 10_000) : (100_000, 300_000);
            await ReceiveAsync(receiver, mode, 0, warmUp);

            GC.Collect();
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            await ReceiveAsync(receiver, mode, warmUp, calls);
            var bytes = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)calls;
            var time = (Process.GetCurrentProcess().TotalProcessorTime - cpu) / calls;
            return string.Create(CultureInfo.InvariantCulture, $"{mode} {time.TotalNanoseconds:F0} ns {bytes:F1} B");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // With an inbox sixteen at a time, which share commits, and to the end of their handling.
    private static async Task ReceiveAsync(Receiver receiver, string mode, int first, int count)
    {
        if (mode == "inbox")
        {
            await Parallel.ForAsync(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, (document, _) => receiver.ReceiveAsync(Call.BodyOf(document)));
            await receiver.WaitForAsync(first + count);
            return;
        }

        var body = Call.BodyOf(17);
        for (var i = 0; i < count; i++)
            await receiver.ReceiveAsync(body);
    }
}
