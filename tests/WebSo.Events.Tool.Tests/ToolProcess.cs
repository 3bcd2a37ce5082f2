using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace WebSo.Events;

/// <summary>Runs the tool as a process, without a terminal unless the test asks for one.</summary>
public sealed class ToolProcess : IDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource<string?> _firstError = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<string> _error;

    private ToolProcess(Process process)
    {
        _process = process;
        _error = ReadErrorAsync();
    }

    public static ToolProcess Start(params string[] arguments) => Start(new Dictionary<string, string?>(), arguments);

    public static ToolProcess Start(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "webso-events.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var variable in environment)
            start.Environment[variable.Key] = variable.Value;
        return new ToolProcess(Process.Start(start)!);
    }

    /// <summary>Starts the tool as another user whose group has the same number.</summary>
    public static ToolProcess StartAs(int user, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "setpriv", [$"--reuid={user}", $"--regid={user}", "--clear-groups", "dotnet", Path.Combine(AppContext.BaseDirectory, "webso-events.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        return new ToolProcess(Process.Start(start)!);
    }

    /// <summary>Starts the tool with a maximum file size. Writing more fails like on a full disk.</summary>
    public static ToolProcess StartWithFilesOf(int kibibytes, params string[] arguments)
    {
        // Ignores the signal, which would end the process, and disables the large memory-mapped file of the runtime.
        var start = new ProcessStartInfo("bash", ["-c", $"trap '' XFSZ; ulimit -f {kibibytes}; exec dotnet \"$@\"", "bash", Path.Combine(AppContext.BaseDirectory, "webso-events.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return new ToolProcess(Process.Start(start)!);
    }

    /// <summary>Starts the tool on a terminal, whose output is one stream. Removes the variables that identify a build server.</summary>
    public static ToolProcess StartOnTerminal(params string[] arguments)
    {
        var command = string.Join(' ', arguments.Prepend(Path.Combine(AppContext.BaseDirectory, "webso-events.dll")).Prepend("dotnet").Select(argument => $"'{argument}'"));
        var start = new ProcessStartInfo("script", ["-qec", command, "/dev/null"]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var name in start.Environment.Keys.Where(name => name is not ("PATH" or "HOME") && !name.StartsWith("DOTNET_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["TERM"] = "xterm";
        return new ToolProcess(Process.Start(start)!);
    }

    public static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string?>(), arguments);

    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        using var tool = Start(environment, arguments);
        return await tool.ReadToEndAsync();
    }

    public async Task<(int ExitCode, string Output, string Error)> ReadToEndAsync()
    {
        var output = await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline.Time);
        return (await WaitAsync(), output, await _error);
    }

    public async Task<string?> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Deadline.Time);

    /// <summary>Reads the first line of standard error. Returns null if the process ended without one.</summary>
    public Task<string?> ReadErrorLineAsync() => _firstError.Task.WaitAsync(Deadline.Time);

    /// <summary>Returns the URL on which a started listener listens.</summary>
    public async Task<string> ReadUrlAsync()
    {
        var line = (await ReadLineAsync())!;
        return line.StartsWith('{') ? JsonElement.Parse(line).GetProperty("url").GetString()! : line.Split(' ')[^1];
    }

    public async Task InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", _process.Id.ToString(null, null)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline.Time);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private async Task<string> ReadErrorAsync()
    {
        var first = await _process.StandardError.ReadLineAsync();
        _firstError.SetResult(first);
        return first is null ? "" : first + Environment.NewLine + await _process.StandardError.ReadToEndAsync();
    }
}
