using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace WebSo.Events;

/// <summary>A child process, and the lines that it writes to standard output and standard error.</summary>
public sealed class ChildProcess : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan s_patience = Deadline.Time * 4;
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private int _openStreams = 2;

    private ChildProcess(ProcessStartInfo start)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Id = _process.Id;
    }

    /// <summary>The process ID. It stays available after the process has ended.</summary>
    public int Id { get; }

    public Task Exited => _process.WaitForExitAsync();

    public int ExitCode => _process.ExitCode;

    /// <summary>The lines that were read so far.</summary>
    public List<string> Seen { get; } = [];

    public static ChildProcess Start(ProcessStartInfo start) => new(start);

    public static ChildProcess Start(string program, params string[] arguments) => new(new ProcessStartInfo(program, arguments));

    /// <summary>Runs a program until it ends. Returns null if it can't be started.</summary>
    public static int? Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Reads the next line. Returns null if the process has ended and all lines were read.</summary>
    public async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        if (!await _lines.Reader.WaitToReadAsync(cancellationToken) || !_lines.Reader.TryRead(out var line))
            return null;
        Seen.Add(line);
        return line;
    }

    /// <summary>
    /// Waits until the process has written the given number of lines that contain a text, and returns the last one. The order of lines does not matter,
    /// because a console logger writes asynchronously.
    /// </summary>
    public async Task<string> WaitForAsync(string text, CancellationToken cancellationToken, int count = 1)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(s_patience);
        try
        {
            while (true)
            {
                if (Seen.Where(line => line.Contains(text, StringComparison.Ordinal)).ElementAtOrDefault(count - 1) is { } found)
                    return found;
                if (await ReadLineAsync(timeout.Token) is null)
                    throw new InvalidOperationException($"The process ended and had not printed '{text}' {count} times. It printed:\n{string.Join('\n', Seen)}");
            }
        }
        catch (OperationCanceledException e)
        {
            throw new InvalidOperationException($"'{text}' was not printed {count} times. Printed was:\n{string.Join('\n', Seen)}", e);
        }
    }

    /// <summary>Waits until the process has ended and all its lines were read.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(patience ?? s_patience, cancellationToken);
        while (_lines.Reader.TryRead(out var line))
            Seen.Add(line);
        return _process.ExitCode;
    }

    /// <summary>Presses Enter and waits until the process has ended.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> PressEnterAsync(CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync();
        return await WaitForExitAsync(cancellationToken);
    }

    /// <summary>Sends a signal, INT for Ctrl+C or TERM like systemd and Docker, and waits until the process has ended.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync(string signal, CancellationToken cancellationToken)
    {
        await SignalAsync(signal);
        return await WaitForExitAsync(cancellationToken);
    }

    /// <summary>Sends a signal by its name without 'SIG'.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {Id.ToString(CultureInfo.InvariantCulture)}"]);
        await kill.WaitForExitAsync();
        if (kill.ExitCode != 0)
            throw new InvalidOperationException($"The signal {name} was not sent: the process has ended.");
    }

    /// <summary>Kills the process like <c>kill -9</c>.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill();
    }

    /// <summary>The number of open sockets. Works only on Linux.</summary>
    public int CountSockets() => new DirectoryInfo($"/proc/{Id}/fd").EnumerateFiles()
        .Count(file => file.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // Null marks the end of each of the two streams.
    private void Add(string? line)
    {
        if (line is not null)
            _lines.Writer.TryWrite(line);
        else if (Interlocked.Decrement(ref _openStreams) == 0)
            _lines.Writer.Complete();
    }
}
