using System.Diagnostics;
using System.Threading.Channels;

namespace WebSo.Events;

/// <summary>A sample as its own process, and what it prints.</summary>
internal sealed class ListenerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private ListenerProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public List<string> Seen { get; } = [];

    /// <summary>How many sockets the process has open.</summary>
    public int CountSockets() => new DirectoryInfo($"/proc/{_process.Id}/fd").EnumerateFiles()
        .Count(file => file.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    /// <summary>Waits until no more sockets are open than a number. Another process can't say when it closes one.</summary>
    public async Task WaitForSocketsAsync(int count, string because, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.StartNew();
        while (CountSockets() is var open && open > count)
        {
            if (begin.Elapsed > TimeSpan.FromSeconds(30))
                throw new InvalidOperationException($"{open} sockets are open, {count} were before: {because}");
            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>Starts what the test build made of a sample.</summary>
    public static ListenerProcess Start(string runtime, params string[] args) =>
        new(new ProcessStartInfo(runtime, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["WEBSO_KEY"] = SampleClient.Key },
        });

    public static DirectoryInfo Repository
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "WebSo.Events.sln")))
                folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run below the repository.");
            return folder;
        }
    }

    public static string OutputOf(string sample, string framework) =>
        Path.Combine(Repository.FullName, "samples", sample, "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, framework);

    /// <summary>Waits until it has printed as many lines that contain a text.</summary>
    public async Task WaitForAsync(string text, CancellationToken cancellationToken, int count = 1)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            while (Seen.Count(line => line.Contains(text, StringComparison.Ordinal)) < count)
                Seen.Add(await _lines.Reader.ReadAsync(timeout.Token));
        }
        catch (OperationCanceledException e)
        {
            throw new InvalidOperationException($"'{text}' was not printed {count} times. Printed was:\n{string.Join('\n', Seen)}", e);
        }
    }

    /// <summary>Presses Enter, and waits for the exit code.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>As <c>kill -9</c> does.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is not null)
            _lines.Writer.TryWrite(line);
    }
}
