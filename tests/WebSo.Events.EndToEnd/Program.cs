using System.Globalization;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace WebSo.Events.EndToEnd;

/// <summary>The tests, or one of the receivers that they start as processes and kill.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["crash-receiver", var database, var log, var step, var count, var endpoint]:
                await CrashTest.Receiver.RunAsync(endpoint, database, log, Enum.Parse<CrashTest.KillStep>(step), int.Parse(count, CultureInfo.InvariantCulture));
                return 0;
            case ["scale-out-receiver", var connectionString, var schema, var run]:
                await ScaleOutTest.Receiver.RunAsync(connectionString, schema, int.Parse(run, CultureInfo.InvariantCulture));
                return 0;
        }

        // As the generated entry point.
        return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
