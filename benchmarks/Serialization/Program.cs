using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;
using SerializationBenchmark;

// In this process: a project that the tool generates would not find the repository's package versions.
var job = Job.ShortRun.WithIterationTime(TimeInterval.FromMilliseconds(100)).WithToolchain(InProcessEmitToolchain.Instance);
BenchmarkRunner.Run<SerializerBenchmark>(DefaultConfig.Instance.AddJob(job), args);
