using System.Globalization;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace WebSo.Events.EndToEnd;

/// <summary>Runs the tests, or one of the receivers that tests start as processes and kill.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["crash-receiver", var database, var log, var step, var count, var endpoint]:
                await Crash.Receiver.RunAsync(endpoint, database, log, Enum.Parse<Crash.KillStep>(step), int.Parse(count, CultureInfo.InvariantCulture));
                return 0;
            case ["scale-out-receiver", var connectionString, var schema, var run]:
                await ScaleOut.Receiver.RunAsync(connectionString, schema, int.Parse(run, CultureInfo.InvariantCulture));
                return 0;
        }

        // Does the same as the generated entry point.
        return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
