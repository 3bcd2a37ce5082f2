using System.Runtime.InteropServices;

namespace InboxBenchmark;

// Describes the machine of the measurement.
internal static class Machine
{
    public static string Describe(string folder) =>
        $"{RuntimeInformation.OSDescription}, kernel {Environment.OSVersion.Version}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, {Disk(folder)}";

    private static string Disk(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return new DriveInfo(folder).DriveFormat;

        var mount = File.ReadLines("/proc/self/mounts")
            .Select(line => line.Split(' '))
            .Where(parts => parts[1] == "/" || (folder + "/").StartsWith(parts[1] + "/", StringComparison.Ordinal))
            .MaxBy(parts => parts[1].Length)!;
        return $"{mount[2]} on {mount[0]} ({mount[3]})";
    }
}
