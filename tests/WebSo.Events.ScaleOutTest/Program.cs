using System.Globalization;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace WebSo.Events.ScaleOutTest;

internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["receiver", var connectionString, var schema, var run])
        {
            await Receiver.RunAsync(connectionString, schema, int.Parse(run, CultureInfo.InvariantCulture));
            return 0;
        }

        // As the generated entry point.
        return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
