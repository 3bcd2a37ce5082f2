using System.Diagnostics;

namespace ScaledOut;

/// <summary>Starts this program again for each instance. An instance ends when its standard input is closed, so it ends with this process.</summary>
internal sealed class InstanceProcesses : IDisposable
{
    private readonly List<Process> _processes = [];

    public List<string> Urls { get; } = [];

    /// <summary>Runs an instance until its standard input is closed or it is stopped.</summary>
    public static async Task WaitForParentAsync(IHostApplicationLifetime lifetime)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStopping.Register(stopped.SetResult);
        await Task.WhenAny(Task.Run(Console.In.ReadToEnd), stopped.Task);
    }

    public async Task StartAsync(string name, string connectionString)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // If the program was started as 'dotnet ScaledOut.dll', the DLL is an argument of dotnet.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(InstanceProcesses).Assembly.Location);
        start.ArgumentList.Add("instance");
        start.ArgumentList.Add(name);
        start.Environment["WEBSO_EVENTS_POSTGRES"] = connectionString;

        var process = Process.Start(start)!;
        _processes.Add(process);
        Urls.Add(await ReadUrlAsync(process.StandardOutput) ?? throw new InvalidOperationException($"The instance {name} did not start. See its output above."));
        Console.WriteLine($"instance {name} is process {process.Id}");

        // Passes on the output of the instance.
        _ = ReadUrlAsync(process.StandardOutput);
    }

    public void Dispose()
    {
        foreach (var process in _processes)
            process.StandardInput.Close();
        foreach (var process in _processes)
        {
            process.WaitForExit();
            process.Dispose();
        }
    }

    private static async Task<string?> ReadUrlAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("http://", StringComparison.Ordinal))
                return line;
            Console.WriteLine(line);
        }

        return null;
    }
}
