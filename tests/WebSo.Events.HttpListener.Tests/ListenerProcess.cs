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

    /// <summary>Starts what the test build made of a sample.</summary>
    public static ListenerProcess Start(string runtime, params string[] args) =>
        new(new ProcessStartInfo(runtime, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });

    public static string OutputOf(string sample, string framework)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = folder.Parent!.Name;
        while (!File.Exists(Path.Combine(folder.FullName, "WebSo.Events.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run below the repository.");
        return Path.Combine(folder.FullName, "samples", sample, "bin", configuration, framework);
    }

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
