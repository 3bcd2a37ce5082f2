using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace WebSo.Events.CrashTest;

internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["receiver", var database, var log, var step, var count, var endpoint])
        {
            await Receiver.RunAsync(endpoint, database, log, Enum.Parse<KillStep>(step), int.Parse(count, System.Globalization.CultureInfo.InvariantCulture));
            return 0;
        }

        // As the generated entry point.
        return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
