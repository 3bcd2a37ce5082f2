using System.Diagnostics;

namespace WebSo.Events.EndToEnd.Samples;

/// <summary>Starts samples from the build output, like a user does.</summary>
internal static class Sample
{
    /// <summary>Starts a sample in its own folder, like <c>dotnet run</c>.</summary>
    public static ChildProcess Start(string name, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(OutputOf(name), $"{name}.dll"), .. arguments]) { WorkingDirectory = Repository.PathOf($"samples/{name}") };
        // A sample without this file runs in the Production environment.
        if (File.Exists(Repository.PathOf($"samples/{name}/Properties/launchSettings.json")))
            start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        return ChildProcess.Start(start);
    }

    /// <summary>Starts a sample that sets its own URL, and waits until it listens.</summary>
    public static async Task<ChildProcess> StartListenerAsync(string runtime, CancellationToken cancellationToken, params string[] arguments)
    {
        var sample = LaunchListener(runtime, arguments);
        await sample.WaitForAsync("Now listening on: ", cancellationToken);
        return sample;
    }

    public static ChildProcess LaunchListener(string runtime, params string[] arguments) =>
        ChildProcess.Start(new ProcessStartInfo(runtime, arguments) { Environment = { ["WEBSO_KEY"] = SampleClient.Key } });

    public static string OutputOf(string name, string framework = "net10.0") => Repository.PathOf($"samples/{name}/bin/{Repository.Configuration}/{framework}");

    /// <summary>Reads the address of a sample that was started on a free port.</summary>
    public static async Task<Uri> WaitForAddressAsync(this ChildProcess sample, CancellationToken cancellationToken)
    {
        const string Listening = "Now listening on: ";
        var line = await sample.WaitForAsync(Listening, cancellationToken);
        return new Uri(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim());
    }

    /// <summary>Polls until at most this number of sockets is open, because another process can't report when it closes a socket.</summary>
    public static Task WaitForSocketsAsync(this ChildProcess sample, int count, string because) =>
        Eventually.TrueAsync(() => sample.CountSockets() <= count, $"no more than {count} sockets are open after: {because}");
}
