using BenchmarkDotNet.Running;
using WebSo.Events;

if (args is ["measure", var mode, ..])
{
    Console.WriteLine(await Measurement.RunAsync(mode, isListened: args.Contains("listened")));
    return;
}

BenchmarkRunner.Run<ReceiveBenchmarks>(args: args);
