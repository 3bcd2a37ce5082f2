using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace WebSo.Events;

/// <summary>A sample as its own process, as a user starts it, and what it prints.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private SampleProcess(ProcessStartInfo start)
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
    public static SampleProcess Start(string name, params string[] arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var folder = Repository.PathOf($"samples/{name}/bin/{configuration}/net10.0");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, $"{name}.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.PathOf($"samples/{name}"),
        };

        // As 'dotnet run' does. A sample without this file runs in Production.
        if (File.Exists(Repository.PathOf($"samples/{name}/Properties/launchSettings.json")))
            start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        return new SampleProcess(start);
    }

    /// <summary>Waits for a line that contains a text, and returns it. The order of lines does not matter: a console logger is late.</summary>
    public async Task<string> WaitForAsync(string text, CancellationToken cancellationToken)
    {
        if (Seen.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } seen)
            return seen;

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            while (true)
            {
                var line = await _lines.Reader.ReadAsync(timeout.Token);
                Seen.Add(line);
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (OperationCanceledException e)
        {
            throw new InvalidOperationException($"'{text}' was not printed. Printed was:\n{string.Join('\n', Seen)}", e);
        }
    }

    /// <summary>The address that a sample started with a free port listens on.</summary>
    public async Task<Uri> WaitForAddressAsync(CancellationToken cancellationToken)
    {
        const string Listening = "Now listening on: ";
        var line = await WaitForAsync(Listening, cancellationToken);
        return new Uri(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim());
    }

    /// <summary>Ends it as Ctrl+C does, and waits until it has ended, and all that it printed is seen.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> InterruptAsync(CancellationToken cancellationToken)
    {
        using var kill = Process.Start("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -INT {_process.Id}")]);
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
        while (_lines.Reader.TryRead(out var line))
            Seen.Add(line);
        return _process.ExitCode;
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
        // Each of the two streams ends with null, in either order: only the end of the process ends the lines.
        if (line is not null)
            _lines.Writer.TryWrite(line);
    }
}
