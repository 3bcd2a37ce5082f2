using System.Globalization;
using BenchmarkDotNet.Running;
using EndpointBenchmark;

switch (args)
{
    // The load client that the benchmark `http` starts.
    case ["client", var connections]:
        await LoadClient.RunAsync(int.Parse(connections, CultureInfo.InvariantCulture));
        break;
    case ["http", .. var rest]:
        await ListenerComparison.RunAsync(
            rounds: rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 100,
            time: TimeSpan.FromMilliseconds(rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 200));
        break;
    case ["instruments", .. var rest]:
        BenchmarkRunner.Run<ReceiveBenchmarks>(args: rest);
        break;
    default:
        Console.Error.WriteLine("Usage: dotnet run -c Release --project benchmarks/Endpoint -- (http [ROUNDS] [MILLISECONDS] | instruments)");
        return 1;
}

return 0;
