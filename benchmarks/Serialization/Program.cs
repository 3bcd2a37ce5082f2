using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;
using SerializationBenchmark;

// Runs in this process, because a generated project would not find the package versions of the repository.
var job = Job.ShortRun.WithIterationTime(TimeInterval.FromMilliseconds(100)).WithToolchain(InProcessEmitToolchain.Instance);
BenchmarkRunner.Run<SerializerBenchmark>(DefaultConfig.Instance.AddJob(job), args);
